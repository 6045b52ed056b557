// Which processes still live: needed of those that hold no socket any more, and
// so are in no reading, because their counters must go on.
#pragma once

#include <cstdint>
#include <vector>

#include <sys/types.h>

namespace netstat {

class Liveness {
 public:
  virtual ~Liveness() = default;

  /// Watches a process. False: it is gone already (or that pid is another
  /// process now), or it cannot be watched.
  virtual bool watch(pid_t pid, std::uint64_t start_ticks) = 0;
  virtual void unwatch(pid_t pid) = 0;
  /// Of the watched ones, those that ended since the last call; they are
  /// watched no more.
  virtual std::vector<pid_t> ended() = 0;
};

}  // namespace netstat
