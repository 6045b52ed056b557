// mosix.proc.*, mosix.task.*
#include "agent/metrics.h"

namespace mosix {
namespace {

using agent::kBytes;
using agent::kMilliseconds;
using agent::kNoUnit;
using agent::kSeconds;
using agent::Value;
using agent::value_of;

template <auto Member>
Value known(const View& view, std::size_t row) {
  return value_of(view.processes[row]->*Member);
}

/// What only the node where it runs can see of a process.
template <auto Member>
Value seen(const View& view, std::size_t row) {
  const Process& process = *view.processes[row];
  return process.stale ? Value{} : value_of(process.*Member);
}

Value age(const View& view, std::size_t row) {
  const Process& process = *view.processes[row];
  if (process.stale) return {};
  return static_cast<double>(process.cpu_ms) / 1000;
}

/// Of the request that was made last, if there is one.
template <auto Member>
Value last_request(const View& view, std::size_t row) {
  const Process& process = *view.processes[row];
  return process.goto_node == -2 ? Value{} : value_of(process.*Member);
}

Value task_job(const View& view, std::size_t row) {
  return view.tasks[row]->job;
}

constexpr Metric kMetrics[] = {
    {{"proc.job", 2, 0, PM_TYPE_STRING, kProcesses, PM_SEM_DISCRETE, kNoUnit,
      "identity of the process",
      "HOMEID:HOMEPID:START, the same for all its life and at every node."},
     known<&Process::job>},
    {{"proc.home", 2, 1, PM_TYPE_U32, kProcesses, PM_SEM_DISCRETE, kNoUnit,
      "node id of its home",
      "The node where the process was started; never 0, even if it is this "
      "one."},
     known<&Process::home>},
    {{"proc.where", 2, 2, PM_TYPE_U32, kProcesses, PM_SEM_INSTANT, kNoUnit,
      "node id of where it runs",
      "The node where the process runs now; never 0, even if it is this one."},
     known<&Process::where>},
    {{"proc.away", 2, 3, PM_TYPE_U32, kProcesses, PM_SEM_INSTANT, kNoUnit,
      "whether it is from here and runs elsewhere",
      "1 if this node is its home and it runs at another one, else 0."},
     known<&Process::away>},
    {{"proc.guest", 2, 4, PM_TYPE_U32, kProcesses, PM_SEM_INSTANT, kNoUnit,
      "whether it is from elsewhere and runs here",
      "1 if it runs here and its home is another node, else 0."},
     known<&Process::guest>},
    {{"proc.nmigs", 2, 5, PM_TYPE_U32, kProcesses, PM_SEM_INSTANT, kNoUnit,
      "how often it has migrated",
      "Number of migrations in its life. Rules want the number and not its\n"
      "rate, so the metric is no counter."},
     known<&Process::nmigs>},
    {{"proc.lock", 2, 6, PM_TYPE_U32, kProcesses, PM_SEM_DISCRETE, kNoUnit,
      "whether it is locked",
      "1 if rules may not move it, else 0. May be stored by its owner; a "
      "store\n"
      "that names more than one process needs mosix.control.bulk."},
     known<&Process::lock>,
     Storing::lock},
    {{"proc.cantmove", 2, 7, PM_TYPE_STRING, kProcesses, PM_SEM_INSTANT,
      kNoUnit, "why it cannot move",
      "The reason why the process cannot be migrated, empty if it can. No\n"
      "value if it is away and was not heard of for 15 seconds."},
     seen<&Process::cantmove>},
    {{"proc.migratable", 2, 8, PM_TYPE_U32, kProcesses, PM_SEM_INSTANT, kNoUnit,
      "whether a rule may move it",
      "1 if it can move, is not locked and no request for it is in flight,\n"
      "else 0. No value if it is away and was not heard of for 15 seconds."},
     seen<&Process::migratable>},
    {{"proc.cpu", 2, 9, PM_TYPE_U64, kProcesses, PM_SEM_COUNTER, kMilliseconds,
      "CPU time it has used",
      "CPU time of the whole tree, at all nodes where it ever ran. No value "
      "if\n"
      "it is away and was not heard of for 15 seconds."},
     seen<&Process::cpu_ms>},
    {{"proc.age", 2, 10, PM_TYPE_DOUBLE, kProcesses, PM_SEM_INSTANT, kSeconds,
      "CPU time it has used, as its age",
      "The value of mosix.proc.cpu in seconds and not as a counter: rules "
      "that\n"
      "compare how long processes have lived want it as it is, not its rate."},
     age},
    {{"proc.rss", 2, 11, PM_TYPE_U64, kProcesses, PM_SEM_INSTANT, kBytes,
      "memory it uses",
      "Resident memory of the whole tree. No value if it is away and was not\n"
      "heard of for 15 seconds."},
     seen<&Process::rss>},
    {{"proc.uid", 2, 12, PM_TYPE_U32, kProcesses, PM_SEM_DISCRETE, kNoUnit,
      "user number of its owner", "The user who started it."},
     known<&Process::uid>},
    {{"proc.cost", 2, 13, PM_TYPE_DOUBLE, kProcesses, PM_SEM_INSTANT, kSeconds,
      "time that a migration would stop it",
      "How long the process is expected to stand still if it is migrated now.\n"
      "No value if it is away and was not heard of for 15 seconds."},
     seen<&Process::cost_s>},
    {{"proc.goto", 2, 14, PM_TYPE_32, kProcesses, PM_SEM_DISCRETE, kNoUnit,
      "node it was last asked to go to; store to ask",
      "Reads the node id that was last asked for, -2 if none was. Store a "
      "node\n"
      "id, 0 for its home or -1 for the best node to ask for a migration:\n"
      "    pmstore -i 001234 mosix.proc.goto 3\n"
      "The store returns when the request has been taken, not when it is "
      "done:\n"
      "watch mosix.proc.goto_state or mosix.request.state. A store that\n"
      "names more than one process is refused unless mosix.control.bulk is 1,\n"
      "since pmstore(1) without -i names all."},
     known<&Process::goto_node>,
     Storing::go},
    {{"proc.goto_state", 2, 15, PM_TYPE_STRING, kProcesses, PM_SEM_INSTANT,
      kNoUnit, "state of the last request",
      "State of the request that was made last for this process, as in\n"
      "mosix.request.state. No value if there was none."},
     last_request<&Process::goto_state>},
    {{"proc.goto_error", 2, 16, PM_TYPE_STRING, kProcesses, PM_SEM_INSTANT,
      kNoUnit, "why the last request did not succeed",
      "Reason of the state in mosix.proc.goto_state, empty if there is "
      "nothing\n"
      "to say. No value if there was no request."},
     last_request<&Process::goto_error>},
    {{"task.job", 3, 0, PM_TYPE_STRING, kTasks, PM_SEM_DISCRETE, kNoUnit,
      "the managed process that it belongs to",
      "The value of mosix.proc.job of the tree that this process is part of."},
     task_job},
};

}  // namespace

std::span<const Metric> process_metrics() {
  return kMetrics;
}

}  // namespace mosix
