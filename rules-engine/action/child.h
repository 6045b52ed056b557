// Programs that actions start.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/result.h"

namespace balance {

/// What a child finds at descriptors 0, 1 and 2; it has no others.
enum class Stdio { inherited, none };

/// Starts a program, found along PATH if its name has no slash, in a session of
/// its own, with all signals as a program expects them. `variables`
/// ("NAME=value") replace those of the same names in the environment; TZ is
/// what it was when this program started.
base::Result<pid_t> start_child(const std::vector<std::string>& words,
                                const std::vector<std::string>& variables,
                                Stdio stdio);

struct Patience {
  /// The child is killed with its whole process group when it is over; 0: there
  /// is no end to it.
  std::chrono::milliseconds deadline{0};
  /// Asked now and then; true: do not wait on, the child may run on. May be
  /// empty.
  std::function<bool()> give_up;
};

/// Waits for a child and returns its status as waitpid(2) gives it. An error:
/// it was killed at the deadline, or left alone.
base::Result<int> wait_child(pid_t pid, const Patience& patience);

/// "exit status 3", "killed by signal 9".
std::string status_text(int status);

}  // namespace balance
