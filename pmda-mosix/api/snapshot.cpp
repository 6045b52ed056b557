#include "api/snapshot.h"

#include <algorithm>
#include <array>
#include <ctime>

#include <fmt/chrono.h>

namespace mosix {
namespace {

using base::fail;
using base::Result;

constexpr std::array<std::string_view, 8> kStates{
    "queued", "frozen",  "shipped", "committed",
    "done",   "refused", "failed",  "undecided"};

/// Reads fields of one message; text is bytes, since names of processes may be
/// anything.
struct Fields {
  const Message& message;

  template <class T>
  void get(const char* key, T& value) const {
    message.at(key).get_to(value);
  }
  void get(const char* key, std::string& value) const {
    const Message& field = message.at(key);
    if (!field.is_binary() && !field.is_string())
      throw std::invalid_argument(std::string(key) + " is no text");
    value = text_of(field);
  }
};

template <class T>
Result<T> decode(const Message& message, void (*read)(const Fields&, T&)) try {
  T value;
  read(Fields{message}, value);
  return value;
} catch (const std::exception& error) {
  return fail(EPROTO, error.what());
}

template <class T>
std::vector<T> list_of(const Fields& fields, const char* key,
                       void (*read)(const Fields&, T&)) {
  std::vector<T> list;
  for (const Message& item : fields.message.at(key)) {
    list.emplace_back();
    read(Fields{item}, list.back());
  }
  return list;
}

template <class T>
Message list_from(const std::vector<T>& items) {
  Message list = Message::array();
  for (const T& item : items) list.push_back(to_message(item));
  return list;
}

void read_node(const Fields& in, Node& node) {
  in.get("id", node.id);
  in.get("host", node.host);
  in.get("up", node.up);
  in.get("block", node.block);
  in.get("age", node.age_s);
  in.get("load", node.load);
  in.get("speed", node.speed);
  in.get("cpus", node.cpus);
  in.get("util", node.util);
  in.get("mem_total", node.mem_total);
  in.get("mem_free", node.mem_free);
  in.get("guests", node.guests);
  in.get("threshold", node.threshold);
  in.get("share", node.share);
}

void read_process(const Fields& in, Process& process) {
  in.get("pid", process.pid);
  in.get("command", process.command);
  in.get("job", process.job);
  in.get("home", process.home);
  in.get("where", process.where);
  in.get("away", process.away);
  in.get("guest", process.guest);
  in.get("nmigs", process.nmigs);
  in.get("lock", process.lock);
  in.get("cantmove", process.cantmove);
  in.get("migratable", process.migratable);
  in.get("cpu_ms", process.cpu_ms);
  in.get("rss", process.rss);
  in.get("uid", process.uid);
  in.get("cost", process.cost_s);
  in.get("stale", process.stale);
  in.get("goto", process.goto_node);
  in.get("goto_state", process.goto_state);
  in.get("goto_error", process.goto_error);
}

void read_task(const Fields& in, Task& task) {
  in.get("pid", task.pid);
  in.get("command", task.command);
  in.get("job", task.job);
}

void read_request(const Fields& in, Request& request) {
  std::string state;
  in.get("seq", request.seq);
  in.get("id", request.id);
  in.get("job", request.job);
  in.get("from", request.from);
  in.get("to", request.to);
  in.get("by", request.by);
  in.get("state", state);
  in.get("reason", request.reason);
  in.get("bytes", request.bytes);
  in.get("frozen_ms", request.frozen_ms);
  in.get("total_ms", request.total_ms);
  if (std::find(kStates.begin(), kStates.end(), state) == kStates.end())
    throw std::invalid_argument("state " + state);
  request.state = request_state(state);
}

void read_lease(const Fields& in, Lease& lease) {
  in.get("rules", lease.rules);
  in.get("uid", lease.uid);
  in.get("engine", lease.engine);
  in.get("node", lease.node);
  in.get("host", lease.host);
  in.get("pid", lease.pid);
  in.get("since", lease.since_s);
}

void read_counters(const Fields& in, MigrationCounters& counters) {
  in.get("asked", counters.asked);
  in.get("done", counters.done);
  in.get("refused", counters.refused);
  in.get("failed", counters.failed);
  counters.to = list_of<MigrationCounters::To>(
      in, "to", [](const Fields& to, MigrationCounters::To& row) {
        to.get("node", row.node);
        to.get("done", row.done);
      });
}

void read_snapshot(const Fields& in, Snapshot& snapshot) {
  in.get("driver", snapshot.driver);
  in.get("enabled", snapshot.enabled);
  in.get("enabled_by", snapshot.enabled_by);
  read_node(Fields{in.message.at("self")}, snapshot.self);
  snapshot.nodes = list_of(in, "nodes", read_node);
  snapshot.processes = list_of(in, "procs", read_process);
  snapshot.tasks = list_of(in, "tasks", read_task);
  snapshot.requests = list_of(in, "requests", read_request);
  snapshot.leases = list_of(in, "leases", read_lease);
  read_counters(Fields{in.message.at("migrations")}, snapshot.migrations);
  const Fields admin{in.message.at("admin")};
  admin.get("block", snapshot.admin.block);
  admin.get("stay", snapshot.admin.stay);
  admin.get("lstay", snapshot.admin.lstay);
  admin.get("quiet", snapshot.admin.quiet);
}

}  // namespace

std::string_view to_string(RequestState state) {
  return kStates[static_cast<std::size_t>(state)];
}

RequestState request_state(std::string_view name) {
  const auto found = std::find(kStates.begin(), kStates.end(), name);
  return found == kStates.end()
             ? RequestState::failed
             : static_cast<RequestState>(found - kStates.begin());
}

Message to_message(const Node& node) {
  return {{"id", node.id},
          {"host", node.host},
          {"up", node.up},
          {"block", node.block},
          {"age", node.age_s},
          {"load", node.load},
          {"speed", node.speed},
          {"cpus", node.cpus},
          {"util", node.util},
          {"mem_total", node.mem_total},
          {"mem_free", node.mem_free},
          {"guests", node.guests},
          {"threshold", node.threshold},
          {"share", node.share}};
}

Message to_message(const Process& process) {
  return {{"pid", process.pid},
          {"command", bytes_of(process.command)},
          {"job", process.job},
          {"home", process.home},
          {"where", process.where},
          {"away", process.away},
          {"guest", process.guest},
          {"nmigs", process.nmigs},
          {"lock", process.lock},
          {"cantmove", bytes_of(process.cantmove)},
          {"migratable", process.migratable},
          {"cpu_ms", process.cpu_ms},
          {"rss", process.rss},
          {"uid", process.uid},
          {"cost", process.cost_s},
          {"stale", process.stale},
          {"goto", process.goto_node},
          {"goto_state", process.goto_state},
          {"goto_error", bytes_of(process.goto_error)}};
}

Message to_message(const Task& task) {
  return {{"pid", task.pid},
          {"command", bytes_of(task.command)},
          {"job", task.job}};
}

Message to_message(const Request& request) {
  return {{"seq", request.seq},
          {"id", request.id},
          {"job", request.job},
          {"from", request.from},
          {"to", request.to},
          {"by", request.by},
          {"state", to_string(request.state)},
          {"reason", request.reason},
          {"bytes", request.bytes},
          {"frozen_ms", request.frozen_ms},
          {"total_ms", request.total_ms}};
}

Message to_message(const Lease& lease) {
  return {{"rules", bytes_of(lease.rules)},
          {"uid", lease.uid},
          {"engine", bytes_of(lease.engine)},
          {"node", lease.node},
          {"host", lease.host},
          {"pid", lease.pid},
          {"since", lease.since_s}};
}

Message to_message(const Snapshot& snapshot) {
  Message to = Message::array();
  for (const auto& row : snapshot.migrations.to)
    to.push_back({{"node", row.node}, {"done", row.done}});
  return {{"op", "status"},
          {"driver", snapshot.driver},
          {"enabled", snapshot.enabled},
          {"enabled_by", snapshot.enabled_by},
          {"self", to_message(snapshot.self)},
          {"nodes", list_from(snapshot.nodes)},
          {"procs", list_from(snapshot.processes)},
          {"tasks", list_from(snapshot.tasks)},
          {"requests", list_from(snapshot.requests)},
          {"leases", list_from(snapshot.leases)},
          {"migrations",
           {{"asked", snapshot.migrations.asked},
            {"done", snapshot.migrations.done},
            {"refused", snapshot.migrations.refused},
            {"failed", snapshot.migrations.failed},
            {"to", std::move(to)}}},
          {"admin",
           {{"block", snapshot.admin.block},
            {"stay", snapshot.admin.stay},
            {"lstay", snapshot.admin.lstay},
            {"quiet", snapshot.admin.quiet}}}};
}

std::string engine_text(const Lease& lease) {
  return fmt::format("pmbalance on {} (pid {})", lease.host, lease.pid);
}

std::string since_text(const Lease& lease) {
  const std::time_t since{lease.since_s};
  tm parts{};
  if (localtime_r(&since, &parts) == nullptr) return "?";
  return fmt::format("{:%Y-%m-%d %H:%M:%S}", parts);
}

std::set<std::string> jobs_of(const Snapshot& snapshot, long uid) {
  std::set<std::string> jobs;
  for (const Process& process : snapshot.processes)
    if (static_cast<long>(process.uid) == uid) jobs.insert(process.job);
  return jobs;
}

Result<Node> node_from(const Message& message) {
  return decode(message, read_node);
}
Result<Process> process_from(const Message& message) {
  return decode(message, read_process);
}
Result<Task> task_from(const Message& message) {
  return decode(message, read_task);
}
Result<Request> request_from(const Message& message) {
  return decode(message, read_request);
}
Result<Lease> lease_from(const Message& message) {
  return decode(message, read_lease);
}
Result<Snapshot> snapshot_from(const Message& message) {
  return decode(message, read_snapshot);
}

}  // namespace mosix
