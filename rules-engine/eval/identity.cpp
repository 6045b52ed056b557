#include "eval/identity.h"

#include <cmath>

#include <fmt/format.h>

#include "eval/fetch.h"

namespace balance {
namespace {

/// Of a node id, a user: small numbers.
std::optional<int> integer(double x) {
  if (std::isnan(x) || std::fabs(x) > 1e9) return std::nullopt;
  return static_cast<int>(std::lround(x));
}

}  // namespace

Identity::Identity(const Needs& needs, const Snapshot& snapshot,
                   const std::vector<std::string>& hosts, double delta_s)
    : needs_(needs), snapshot_(snapshot), hosts_(hosts), delta_s_(delta_s) {
  if (needs.node.empty()) return;
  for (HostId host = 0; host < hosts.size(); ++host)
    if (const auto node = number_at(needs.node, host, kNoInstance))
      nodes_[host] = *node;
}

const Sample* Identity::sample(const std::string& metric, HostId host) const {
  if (metric.empty()) return nullptr;
  return fresh(snapshot_, metric, host, delta_s_);
}

std::optional<int> Identity::number_at(const std::string& metric, HostId host,
                                       int instance) const {
  const Sample* found = sample(metric, host);
  if (found == nullptr) return std::nullopt;
  const auto at = found->roster->position(instance);
  return at ? integer(found->number(*at)) : std::nullopt;
}

std::optional<int> Identity::number(const std::string& metric,
                                    const Candidate& candidate) const {
  return number_at(metric, candidate.listed, candidate.key.instance);
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

bool Identity::has_values(const std::string& metric, HostId host) const {
  const Sample* found = sample(metric, host);
  return found != nullptr && (found->instances || found->size() > 0);
}

std::optional<int> Identity::node_of(const NodeRow& row) const {
  const Sample* rows = sample(needs_.row, row.key.host);
  if (rows == nullptr) return std::nullopt;
  const Roster& roster = *rows->roster;
  if (rows->domain == row.key.domain) {
    const auto at = roster.position(row.key.instance);
    return at ? integer(rows->number(*at)) : std::nullopt;
  }
  for (std::size_t i = 0; i < roster.names.size(); ++i)
    if (first_word(roster.names[i]) == first_word(row.name))
      return integer(rows->number(i));
  return std::nullopt;
}

std::optional<NodeRow> Identity::row_of(HostId host, int node) const {
  const Sample* rows = sample(needs_.row, host);
  if (rows == nullptr) return std::nullopt;
  const Roster& roster = *rows->roster;
  for (std::size_t i = 0; i < roster.names.size(); ++i)
    if (integer(rows->number(i)) == node)
      return NodeRow{{host, rows->domain, roster.instances[i]},
                     roster.names[i]};
  return std::nullopt;
}

std::string Identity::job_at(HostId host, int instance) const {
  const Sample* jobs = sample(needs_.job, host);
  if (jobs == nullptr || jobs->kind != Sample::Kind::texts) return "";
  const auto at = jobs->roster->position(instance);
  return at ? jobs->texts[*at] : "";
}

std::string Identity::identity_at(HostId host, int instance) const {
  std::string job = job_at(host, instance);
  return job.empty() ? fmt::format("{}#{}", hosts_[host], instance) : job;
}

void Identity::complete(Candidate& candidate) const {
  const HostId host = candidate.listed;
  const int pid = candidate.key.instance;
  candidate.job = job_at(host, pid);
  candidate.identity = identity_at(host, pid);
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
  if (candidate.runs_on_node)
    candidate.row = row_of(host, *candidate.runs_on_node);
  if (candidate.runs_on && *candidate.runs_on != host) find_there(candidate);
}

void Identity::find_there(Candidate& candidate) const {
  if (candidate.job.empty()) return;
  const HostId there = *candidate.runs_on;
  const Sample* jobs = sample(needs_.job, there);
  if (jobs == nullptr) return;
  for (std::size_t i = 0; i < jobs->texts.size(); ++i) {
    if (jobs->texts[i] != candidate.job) continue;
    candidate.key_there = {there, jobs->domain, jobs->roster->instances[i]};
    candidate.name_there = jobs->roster->names[i];
  }
}

}  // namespace balance
