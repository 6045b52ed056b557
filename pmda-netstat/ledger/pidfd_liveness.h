// Liveness by pidfds: the kernel tells when a process ends, and a pid that was
// given to another process deceives nobody.
#pragma once

#include <cstddef>
#include <unordered_map>

#include "host/fd.h"
#include "ledger/liveness.h"

namespace netstat {

/// One descriptor for each watched process, up to half of those that the
/// program may have when this is made (RLIMIT_NOFILE). Processes for which
/// there is none are looked up in /proc at each ended(). Needs no privilege,
/// but a /proc that shows the processes of others (no hidepid).
class PidfdLiveness final : public Liveness {
 public:
  PidfdLiveness();

  bool watch(pid_t pid, std::uint64_t start_ticks) override;
  void unwatch(pid_t pid) override;
  std::vector<pid_t> ended() override;

 private:
  struct Watched {
    mosix::Fd pidfd;  ///< none: looked up in /proc
    std::uint64_t start_ticks = 0;
  };

  bool poll_pidfd(pid_t pid, int pidfd) const;
  void take_events(std::vector<pid_t>& ended);
  void look_up(std::vector<pid_t>& ended);

  mosix::Fd epoll_;
  std::unordered_map<pid_t, Watched> watched_;
  std::size_t most_pidfds_;
  std::size_t without_pidfd_ = 0;
};

}  // namespace netstat
