// The signals that `pmmosix run` hands on to its job.
#pragma once

#include <functional>

#include "host/fd.h"

namespace mosix {

class ForwardedSignals {
 public:
  /// From now on signals that would end this process are to be read here. One
  /// that was ignored when this process began (nohup) stays so. Stops are left
  /// to the kernel: mosixd sees them, and stops the job.
  ForwardedSignals();

  int fd() const { return fd_.get(); }
  /// Calls `take` with each signal that came; `group`: the terminal or the
  /// kernel sent it to the whole process group, and so it is for the job's.
  void read(const std::function<void(int signo, bool group)>& take) const;

 private:
  Fd fd_;
};

/// Ends this process by the signal, as the job has ended, without a core of
/// this process. Does not return.
[[noreturn]] void die_by(int signo);

}  // namespace mosix
