// A run of criu inside the capsule.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "api/wire.h"
#include "base/result.h"
#include "host/cgroup.h"
#include "host/spawn.h"

namespace mosix {

struct CriuRun {
  bool restore = false;
  std::vector<std::string> argv;
  std::vector<std::string> env;
  std::string cwd;

  const char* what() const { return restore ? "restore" : "dump"; }
};

/// From mosixd's `criu`; EINVAL.
base::Result<CriuRun> criu_run_from(const Message& message);

/// Starts it: a dump in cgroup `ctl`, a restore in `job` (where what it
/// restores shall be), with `affinity` and the job's pipe ends as 100 to 102.
base::Result<Child> start_criu(const CriuRun& run, const CopyCgroup& cgroup,
                               const std::array<int, 3>& job_ends,
                               const std::vector<int>& affinity);

/// The first error of criu's log, without its time; "" if there is none. The
/// line about RLIMIT_NOFILE is no error: without CAP_SYS_RESOURCE it is always
/// there.
std::string first_criu_error(std::string_view log);

/// Of a run that has ended: from its log, else from what it printed.
std::string criu_error(const CriuRun& run);

}  // namespace mosix
