#include "eval/identity.h"

#include <cmath>

#include <fmt/format.h>

#include "eval/evaluator.h"

namespace balance {
namespace {

std::optional<int> integer(const Sample::Reading* reading) {
  if (reading == nullptr) return std::nullopt;
  if (const auto* i = std::get_if<std::int64_t>(&reading->value))
    return static_cast<int>(*i);
  if (const auto* u = std::get_if<std::uint64_t>(&reading->value))
    return static_cast<int>(*u);
  if (const auto* d = std::get_if<double>(&reading->value))
    return static_cast<int>(std::lround(*d));
  return std::nullopt;
}

}  // namespace

Identity::Identity(const Needs& needs, const Snapshot& snapshot,
                   const std::vector<std::string>& hosts, double delta_s)
    : needs_(needs), snapshot_(snapshot), hosts_(hosts), delta_s_(delta_s) {
  if (needs.node.empty()) return;
  for (HostId host = 0; host < hosts.size(); ++host)
    if (const auto node = integer(reading(needs.node, host, kNoInstance)))
      nodes_[host] = *node;
}

const Sample::Reading* Identity::reading(const std::string& metric, HostId host,
                                         int instance) const {
  if (metric.empty()) return nullptr;
  const Sample* sample = Evaluator::fresh(snapshot_, metric, host, delta_s_);
  if (sample == nullptr) return nullptr;
  for (const Sample::Reading& each : sample->readings)
    if (each.instance == instance) return &each;
  return nullptr;
}

std::optional<int> Identity::number(const std::string& metric,
                                    const Candidate& candidate) const {
  return integer(reading(metric, candidate.listed, candidate.key.instance));
}

std::optional<int> Identity::node_of(HostId host) const {
  const auto found = nodes_.find(host);
  if (found == nodes_.end()) return std::nullopt;
  return found->second;
}

std::optional<HostId> Identity::host_of(int node) const {
  // The default host may be listed a second time under its name.
  std::optional<HostId> out;
  for (const auto& [host, id] : nodes_)
    if (id == node) out = host;
  return out;
}

std::string Identity::job_at(HostId host, int instance) const {
  const Sample::Reading* found = reading(needs_.job, host, instance);
  if (found == nullptr) return "";
  const auto* text = std::get_if<std::string>(&found->value);
  return text == nullptr ? "" : *text;
}

void Identity::complete(Candidate& candidate) const {
  const HostId host = candidate.listed;
  const int pid = candidate.key.instance;
  candidate.job = job_at(host, pid);
  candidate.identity = candidate.job.empty()
                           ? fmt::format("{}#{}", hosts_[host], pid)
                           : candidate.job;
  if (const auto user = number(needs_.user, candidate))
    candidate.user = std::to_string(*user);
  candidate.home_node = number(needs_.home, candidate);
  if (needs_.where.empty()) {
    candidate.runs_on = host;
    candidate.runs_on_node = node_of(host);
  } else {
    candidate.runs_on_node = number(needs_.where, candidate);
    if (candidate.runs_on_node) {
      // Our own host first: two of the rules' hosts may be one node.
      candidate.runs_on = node_of(host) == candidate.runs_on_node
                              ? std::optional(host)
                              : host_of(*candidate.runs_on_node);
    }
  }
  if (candidate.runs_on && *candidate.runs_on != host) find_there(candidate);
}

void Identity::find_there(Candidate& candidate) const {
  if (candidate.job.empty()) return;
  const HostId there = *candidate.runs_on;
  const Sample* jobs = Evaluator::fresh(snapshot_, needs_.job, there, delta_s_);
  if (jobs == nullptr) return;
  for (const Sample::Reading& each : jobs->readings) {
    const auto* job = std::get_if<std::string>(&each.value);
    if (job == nullptr || *job != candidate.job) continue;
    candidate.key_there = {there, jobs->domain, each.instance};
    if (jobs->names && jobs->names->contains(each.instance))
      candidate.name_there = jobs->names->at(each.instance);
  }
}

}  // namespace balance
