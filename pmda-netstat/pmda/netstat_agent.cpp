#include "pmda/netstat_agent.h"

#include <cerrno>

#include <fmt/format.h>
#include <syslog.h>

#include <nlohmann/json.hpp>

#include "agent/store.h"

namespace netstat {
namespace {

using agent::bad_value;
using base::fail;
using base::Result;

constexpr double kMinInterval_s = 0.1;
constexpr double kMaxInterval_s = 3600;

void log_store(uid_t uid, const agent::Store& store,
               const Result<void>& result) {
  const std::string text = fmt::format(
      "uid {} stores {} in netstat.{}: {}", uid, agent::value_text(store.value),
      store.row->name, result ? "taken" : result.error().text);
  pmNotifyErr(result ? LOG_INFO : LOG_WARNING, "%s", text.c_str());
}

}  // namespace

agent::Hold NetstatAgent::refresh(const agent::Client& client,
                                  std::span<agent::InstanceTable> instances) {
  agent::Hold hold = sampler_.ask();
  // All who see everything are the same viewer.
  const bool all =
      options_.show_all || options_.access.may_read_all(client.uid);
  view_.eyes = {all, !all && client.uid ? static_cast<long>(*client.uid) : -1};
  const Ledger& ledger = sampler_.ledger();
  view_.rows = viewer_.look(
      view_.eyes, {ledger.connections(), ledger.processes(), ledger.peers()},
      ledger.generation(), sampler_.version(), instances);
  view_.summary = sampler_.summary();
  return hold;
}

agent::Value NetstatAgent::value(const agent::MetricRow& row,
                                 std::size_t index) {
  const auto& metric = static_cast<const Metric&>(row);
  if (!metric.always && !view_.summary.fresh)
    return agent::Unavailable{PM_ERR_AGAIN};
  return metric.read(view_, index);
}

/// All are tried, and the first error is the answer.
int NetstatAgent::store(const agent::Client& client,
                        std::span<const agent::Store> stores) {
  if (!options_.access.may_operate(client.uid)) {
    const std::string who =
        client.uid ? fmt::format("uid {}", *client.uid) : "an unknown client";
    pmNotifyErr(LOG_WARNING, "a store by %s is refused", who.c_str());
    return PM_ERR_PERMISSION;
  }
  int status = 0;
  for (const agent::Store& store : stores) {
    const Result<void> result = store_one(store);
    log_store(*client.uid, store, result);
    if (!result && status == 0) status = agent::pcp_error(result.error());
  }
  return status;
}

Result<void> NetstatAgent::store_one(const agent::Store& store) {
  switch (static_cast<const Metric&>(*store.row).storing) {
    case Storing::volume: {
      const auto on = agent::parse_switch(store.value);
      if (!on) return bad_value();
      if (*on && !view_.summary.status.no_volumes.empty())
        return fail(PM_ERR_APPVERSION, view_.summary.status.no_volumes);
      return sampler_.set_volumes(*on);
    }
    case Storing::interval: {
      const auto* interval_s = std::get_if<double>(&store.value);
      // Written so that it is false for NaN.
      if (interval_s == nullptr ||
          !(*interval_s >= kMinInterval_s && *interval_s <= kMaxInterval_s))
        return bad_value();
      sampler_.set_interval(std::chrono::duration_cast<Pace::Duration>(
          std::chrono::duration<double>(*interval_s)));
      return {};
    }
    case Storing::never:
      break;
  }
  return fail(PM_ERR_PERMISSION, "it cannot be stored");
}

const ProcessRow* NetstatAgent::process_of(int indom, std::size_t row) const {
  if (indom == kConnections) return view_.rows.connections[row]->owner;
  if (indom == kProcesses) return view_.rows.processes[row];
  return view_.rows.peers[row]->owner;
}

std::string NetstatAgent::labels(int indom, std::size_t row) {
  const ProcessRow* owner = process_of(indom, row);
  if (owner == nullptr) return {};
  const CgroupName& cgroup = cgroups_.of(owner->process);
  nlohmann::json labels{{"uid", owner->process.uid},
                        {"command", std::string(command_of(owner->process))}};
  if (!cgroup.path.empty()) labels["cgroup"] = cgroup.path;
  if (!cgroup.container.empty()) labels["container"] = cgroup.container;
  // Names of commands need not be text.
  return labels.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace netstat
