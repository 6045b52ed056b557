// Running a program: no shell, no inherited descriptors, no inherited signal
// settings.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "host/fd.h"

namespace mosix {

/// (Members have initialisers so that a caller may name just some.)
struct SpawnOptions {
  /// argv[0]: a path, or a name to find in PATH.
  std::vector<std::string> argv = {};
  std::vector<std::string> env = {};  ///< "NAME=VALUE", beside (or over) ours
  std::string cwd = {};               ///< "": ours
  int in = -1;                        ///< for stdin; -1: /dev/null
  int out = -1;                       ///< for stdout; -1: the one we have
  int err = -1;                       ///< for stderr; -1: the one we have
  /// More descriptors, {ours, theirs}; theirs > 2.
  std::vector<std::pair<int, int>> fds = {};
  bool new_session = true;
  std::optional<int> oom_score_adj = {};
  /// cgroup.procs file to enter first; "": none. The cgroup must not be
  /// frozen: spawn() would wait for its thaw.
  std::string cgroup_procs = {};
  std::vector<int> affinity = {};  ///< CPUs; empty: ours
};

struct Child {
  int pid = 0;
  Fd pidfd;  ///< readable (POLLIN) when it has ended
};

/// Between fork and exec: a signal that we ignore or block would stay so in the
/// program.
void reset_signals();

/// Starts the program. An error (its errno, and which step failed: ENOENT for
/// a program that is not there) means that nothing runs.
base::Result<Child> spawn(const SpawnOptions& options);

/// The wait status if the child has ended (it is then reaped), else nothing.
/// ECHILD: no such child, or reaped already.
base::Result<std::optional<int>> try_wait(int pid);

/// Waits for the end of a child, at most `timeout_ms`; its wait status.
/// ETIMEDOUT.
base::Result<int> wait_exit(const Child& child, int timeout_ms);

}  // namespace mosix
