#include "agent/view.h"

#include <algorithm>
#include <cctype>
#include <set>

#include <fmt/format.h>

#include "api/snapshot.h"
#include "base/process_name.h"
#include "base/stable_hash.h"

namespace mosix {
namespace {

/// Above all pids that Linux has.
constexpr int kPidLimit = 1 << 22;

/// A name that is one word, as PCP tells instances apart by the first.
std::string one_word(std::string text) {
  std::replace_if(
      text.begin(), text.end(),
      [](unsigned char c) { return std::isspace(c) || std::iscntrl(c); }, '_');
  return text;
}

/// The pid of a process that is away is that of long ago, at home: a process
/// that runs here now may have the same, and then has the better right to it.
void add_processes(View& view, agent::InstanceTable& instances) {
  std::stable_partition(view.processes.begin(), view.processes.end(),
                        [](const Process* p) { return !p->away; });
  for (std::size_t row = 0; row < view.processes.size(); ++row) {
    const Process& process = *view.processes[row];
    if (instances.add(process.pid,
                      base::process_name(process.pid, process.command), row))
      continue;
    const std::string name =
        fmt::format("{:06}/{} {}", process.pid, process.job, process.command);
    for (int id = process.pid + kPidLimit; !instances.add(id, name, row);)
      id += kPidLimit;
  }
}

/// Ids are made of names: they are the same over restarts and at all nodes.
void add_leases(View& view, const Snapshot& snapshot, const Eyes& eyes,
                agent::InstanceTable& instances) {
  std::set<std::string> names;
  for (const Lease& lease : snapshot.leases) {
    const bool of_user = lease.uid != Lease::kOperators;
    if (of_user && !eyes.all && lease.uid != eyes.uid) continue;
    std::string name = one_word(lease.rules);
    if (of_user) name = fmt::format("{}/uid{}", name, lease.uid);
    while (!names.insert(name).second) name += '_';
    for (int id = base::instance_of_name(name);
         !instances.add(id, name, view.leases.size());)
      ++id;
    view.leases.push_back(&lease);
  }
}

}  // namespace

View make_view(const Snapshot& snapshot, const Eyes& eyes,
               std::span<agent::InstanceTable> instances) {
  View view;
  view.all = &snapshot;
  const std::set<std::string> own = jobs_of(snapshot, eyes.uid);
  const auto visible = [&](const std::string& job) {
    return eyes.all || own.contains(job);
  };
  for (const Node& node : snapshot.nodes)
    if (instances[kNodes].add(node.id, one_word(node.host), view.nodes.size()))
      view.nodes.push_back(&node);
  for (const Process& process : snapshot.processes)
    if (visible(process.job)) view.processes.push_back(&process);
  add_processes(view, instances[kProcesses]);
  for (const Task& task : snapshot.tasks)
    if (visible(task.job) &&
        instances[kTasks].add(task.pid,
                              base::process_name(task.pid, task.command),
                              view.tasks.size()))
      view.tasks.push_back(&task);
  for (const Request& request : snapshot.requests)
    if (visible(request.job) &&
        instances[kRequests].add(static_cast<int>(request.seq & 0x7fffffff),
                                 one_word(request.id), view.requests.size()))
      view.requests.push_back(&request);
  add_leases(view, snapshot, eyes, instances[kRuleSets]);
  return view;
}

}  // namespace mosix
