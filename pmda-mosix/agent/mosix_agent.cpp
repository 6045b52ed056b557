#include "agent/mosix_agent.h"

#include <algorithm>
#include <cerrno>

#include <pwd.h>
#include <syslog.h>

#include <nlohmann/json.hpp>

#include "agent/store.h"

namespace mosix {
namespace {

using agent::bad_value;
using agent::parse_switch;
using agent::pcp_error;
using agent::value_text;
using base::fail;
using base::Result;

std::string user_name(uid_t uid) {
  const passwd* entry = getpwuid(uid);
  return entry == nullptr ? fmt::format("uid {}", uid) : entry->pw_name;
}

Storing storing(const agent::Store& store) {
  return static_cast<const Metric&>(*store.row).storing;
}

/// The name of a setting for Api::set(): the last word of the metric's name.
std::string setting_of(const agent::Store& store) {
  const std::string_view name = store.row->name;
  return std::string(name.substr(name.rfind('.') + 1));
}

bool is_of_process(const agent::Store& store) {
  return storing(store) == Storing::go || storing(store) == Storing::lock;
}

/// mosixd is not there to answer, and will not be in the next moment.
bool is_silence(const base::Error& error) {
  return error.code == ETIMEDOUT || error.code == ENOTCONN;
}

void log_store(const std::string& who, const agent::Store& store,
               const Result<void>& result) {
  const std::string instance = store.row->indom == agent::kSingular
                                   ? ""
                                   : fmt::format("[{}]", store.instance);
  const std::string text = fmt::format(
      "{} stores {} in mosix.{}{}: {}", who, value_text(store.value),
      store.row->name, instance, result ? "taken" : result.error().text);
  pmNotifyErr(result ? LOG_INFO : LOG_WARNING, "%s", text.c_str());
}

}  // namespace

agent::Hold MosixAgent::refresh(const agent::Client& client,
                                std::span<agent::InstanceTable> instances) {
  for (auto& table : instances) table.clear();
  instances_ = instances;
  view_ = View{};
  const auto& snapshot = source_.snapshot();
  const Eyes eyes{options_.show_all || options_.access.may_read_all(client.uid),
                  client.uid ? static_cast<long>(*client.uid) : -1};
  if (snapshot)
    view_ = make_view(*snapshot, eyes, instances);
  else
    view_.trouble = snapshot.error().text;
  view_.bulk = bulk_;
  return {};
}

agent::Value MosixAgent::value(const agent::MetricRow& row, std::size_t index) {
  const auto& metric = static_cast<const Metric&>(row);
  if (view_.all == nullptr && !metric.always)
    return agent::Unavailable{PM_ERR_AGAIN};
  return metric.read(view_, index);
}

std::string MosixAgent::labels(int indom, std::size_t row) {
  if (indom != kProcesses && indom != kTasks) return {};
  const std::string& job =
      indom == kProcesses ? view_.processes[row]->job : view_.tasks[row]->job;
  return nlohmann::json{{"job", job}}.dump();
}

std::optional<MosixAgent::Asker> MosixAgent::asker_of(
    const agent::Client& client) const {
  if (client.uid) return Asker{*client.uid, user_name(*client.uid)};
  if (options_.unsafe_stores) return Asker{0, "an unknown client"};
  return std::nullopt;
}

/// All are tried, and the first error is the answer. But if mosixd is silent
/// the rest is given up: to wait for each would take longer than pmcd waits.
int MosixAgent::store(const agent::Client& client,
                      std::span<const agent::Store> stores) {
  const auto asker = asker_of(client);
  if (!asker) {
    pmNotifyErr(LOG_WARNING, "a store by an unknown client is refused");
    return PM_ERR_PERMISSION;
  }
  const auto processes =
      std::count_if(stores.begin(), stores.end(), is_of_process);
  if (processes > 1 && !bulk_) {
    pmNotifyErr(LOG_WARNING, "a store by %s that names %d processes is refused",
                asker->name.c_str(), static_cast<int>(processes));
    return -E2BIG;
  }
  if (processes > 1) bulk_ = false;
  int status = 0;
  for (const agent::Store& store : stores) {
    const Result<void> result = store_one(*asker, store);
    log_store(asker->name, store, result);
    if (result) continue;
    if (status == 0) status = pcp_error(result.error());
    if (is_silence(result.error())) break;
  }
  return status;
}

Result<void> MosixAgent::store_one(const Asker& asker,
                                   const agent::Store& store) {
  if (storing(store) == Storing::never)
    return fail(PM_ERR_PERMISSION, "it cannot be stored");
  if (storing(store) == Storing::bulk) {
    const auto on = parse_switch(store.value);
    if (!on) return bad_value();
    bulk_ = *on;
    return {};
  }
  if (storing(store) == Storing::setting) return store_setting(asker, store);
  if (view_.all == nullptr) return fail(ENOTCONN, view_.trouble);
  return storing(store) == Storing::request ? store_request(asker, store)
                                            : store_process(asker, store);
}

Result<void> MosixAgent::check_owner(uid_t uid, const std::string& job) const {
  if (options_.access.may_operate(uid)) return {};
  const bool owns = std::any_of(
      view_.processes.begin(), view_.processes.end(),
      [&](const Process* p) { return p->job == job && p->uid == uid; });
  if (owns) return {};
  return fail(EPERM, "not the owner of the process");
}

Result<void> MosixAgent::store_process(const Asker& asker,
                                       const agent::Store& store) {
  const auto row = instances_[kProcesses].row_of(store.instance);
  if (!row) return fail(ESRCH, "no such process");
  const Process process = *view_.processes[*row];
  auto owner = check_owner(asker.uid, process.job);
  if (!owner) return owner;
  if (storing(store) == Storing::lock) {
    const auto on = parse_switch(store.value);
    if (!on) return bad_value();
    return source_.api().lock(process.pid, *on, asker.uid);
  }
  const auto to = parse_destination(store.value);
  if (!to) return bad_value();
  MigrateCall call;
  call.job = process.job;
  call.to = *to;
  call.by = fmt::format("goto by {}", asker.name);
  call.uid = asker.uid;
  return source_.api().migrate(call).map([](const std::string&) {});
}

Result<void> MosixAgent::store_request(const Asker& asker,
                                       const agent::Store& store) {
  const auto* text = std::get_if<std::string>(&store.value);
  const auto request = text ? parse_request(*text) : std::nullopt;
  if (!request) return bad_value();
  auto owner = check_owner(asker.uid, request->job);
  if (!owner) return owner;
  MigrateCall call;
  call.id = request->id;
  call.job = request->job;
  call.to = request->to;
  call.by = fmt::format("request by {}", asker.name);
  call.automatic = true;
  call.uid = asker.uid;
  return source_.api().migrate(call).map([](const std::string&) {});
}

Result<void> MosixAgent::store_setting(const Asker& asker,
                                       const agent::Store& store) {
  if (!options_.access.may_operate(asker.uid))
    return fail(PM_ERR_PERMISSION, "not an operator");
  const bool is_weight = store.row->type == PM_TYPE_DOUBLE;
  const auto weight = parse_weight(store.value);
  const auto on = parse_switch(store.value);
  if (is_weight ? !weight : !on) return bad_value();
  return source_.api().set(setting_of(store), is_weight ? *weight : *on,
                           asker.name, asker.uid);
}

}  // namespace mosix
