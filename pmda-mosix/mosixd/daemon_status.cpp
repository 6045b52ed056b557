// What this node knows, for tools and the agent.
#include <set>

#include "api/snapshot.h"
#include "host/proc_info.h"
#include "mosixd/daemon.h"
#include "mosixd/source_move.h"
#include "mosixd/target_move.h"

namespace mosix {

std::vector<Process> Daemon::rows() {
  const std::int64_t now = now_ms();
  std::vector<Process> rows;
  for (auto& [name, job] : jobs_) {
    if (job->forgotten()) continue;
    // A copy that is being made is nobody's row yet.
    if (job->is_owner() || (job->is_home() && job->record.where.node != self_))
      rows.push_back(job->row(now));
  }
  return rows;
}

std::vector<Task> Daemon::tasks() {
  std::vector<Task> tasks;
  for (auto& [name, job] : jobs_) {
    if (job->forgotten() || !job->is_owner() || !job->cgroup()) continue;
    for (const int pid :
         job->cgroup()->pids(CgroupPart::job).value_or(std::vector<int>{}))
      if (auto stat = read_stat(pid)) tasks.push_back({pid, stat->comm, name});
  }
  return tasks;
}

namespace {

/// Leaves what is of this user's jobs and engines.
void leave_own(Snapshot& all, uid_t uid) {
  const std::set<std::string> own = jobs_of(all, static_cast<long>(uid));
  const auto foreign = [&own](const auto& row) {
    return own.count(row.job) == 0;
  };
  std::erase_if(all.processes, foreign);
  std::erase_if(all.tasks, foreign);
  std::erase_if(all.requests, foreign);
  std::erase_if(all.leases, [uid](const Lease& lease) {
    return lease.uid != Lease::kOperators &&
           lease.uid != static_cast<long>(uid);
  });
}

}  // namespace

Message Daemon::status(uid_t uid) {
  Snapshot all;
  const std::int64_t now = now_ms();
  all.driver = "criu";
  all.self = nodes_.row(self_, now);
  all.nodes = nodes_.all(now);
  all.processes = rows();
  all.tasks = tasks();
  for (const auto& row : requests_.rows()) all.requests.push_back(row.request);
  all.migrations = requests_.counters();
  all.admin = settings_.admin;
  all.leases = leases_.all(now);
  all.enabled = settings_.enabled;
  all.enabled_by = settings_.enabled_by;
  if (!may_see_all(uid)) leave_own(all, uid);
  return to_message(all);
}

}  // namespace mosix
