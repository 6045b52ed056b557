// Starting a job: its process is forked early and waits at a gate, so that
// mosixd can write down who it is before it runs.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "capsule/job_pipes.h"
#include "capsule/spec.h"
#include "host/cgroup.h"
#include "host/fd.h"

namespace mosix {

class JobLaunch {
 public:
  /// Forks the process, with pid spec.first_pid, into cgroup `job`.
  static base::Result<JobLaunch> fork_gated(const Spec& spec,
                                            const CopyCgroup& cgroup,
                                            const JobPipes& pipes);

  int pid() const { return pid_; }
  /// Lets the process go on: session, limits, credentials, folder, exec.
  void open_gate();
  /// Readable when the program has been started or could not be.
  int report_fd() const { return report_.get(); }
  /// What came of it, after report_fd() was readable.
  base::Result<void> result();

 private:
  int pid_ = 0;
  Fd gate_;
  Fd report_;
};

/// Sets the pid namespace's last pid: the next process gets `pid` + 1.
base::Result<void> set_last_pid(int pid);
base::Result<int> last_pid();

}  // namespace mosix
