#include "ledger/pidfd_liveness.h"

#include <cerrno>
#include <cstddef>
#include <utility>

#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "host/proc_info.h"

namespace netstat {

namespace {

/// The rest of the program needs some, too.
std::size_t half_of_descriptors() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  return static_cast<std::size_t>(limit.rlim_cur / 2);
}

mosix::Fd open_pidfd(pid_t pid) {
  return mosix::Fd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
}

/// False only if that is sure. The first thread may be a zombie while others
/// go on.
bool lives(pid_t pid, std::uint64_t start_ticks) {
  const auto stat = mosix::read_stat(pid);
  if (!stat) return stat.error().code != ESRCH;
  return stat->start_ticks == start_ticks &&
         !(stat->zombie() && stat->threads <= 1);
}

}  // namespace

PidfdLiveness::PidfdLiveness()
    : epoll_(epoll_create1(EPOLL_CLOEXEC)),
      most_pidfds_(half_of_descriptors()) {}

bool PidfdLiveness::poll_pidfd(pid_t pid, int pidfd) const {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = pid;
  return epoll_ && epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, pidfd, &event) == 0;
}

bool PidfdLiveness::watch(pid_t pid, std::uint64_t start_ticks) {
  unwatch(pid);
  Watched watched{{}, start_ticks};
  if (watched_.size() - without_pidfd_ < most_pidfds_) {
    watched.pidfd = open_pidfd(pid);
    if (!watched.pidfd && errno == ESRCH) return false;
  }
  // After the pidfd is open: if the process is the right one now, the pidfd is
  // of the right one, too.
  if (!lives(pid, start_ticks)) return false;
  if (watched.pidfd && !poll_pidfd(pid, watched.pidfd.get()))
    watched.pidfd.reset();
  if (!watched.pidfd) ++without_pidfd_;
  watched_.emplace(pid, std::move(watched));
  return true;
}

void PidfdLiveness::unwatch(pid_t pid) {
  const auto at = watched_.find(pid);
  if (at == watched_.end()) return;
  // Closing does not do it, if a child has inherited the descriptor.
  if (at->second.pidfd)
    epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, at->second.pidfd.get(), nullptr);
  else
    --without_pidfd_;
  watched_.erase(at);
}

std::vector<pid_t> PidfdLiveness::ended() {
  std::vector<pid_t> ended;
  take_events(ended);
  if (without_pidfd_ > 0) look_up(ended);
  for (const auto pid : ended) unwatch(pid);
  return ended;
}

void PidfdLiveness::take_events(std::vector<pid_t>& ended) {
  if (!epoll_) return;
  // An event stays until its process is watched no more.
  std::vector<epoll_event> events(watched_.size() + 1);
  const int count = epoll_wait(epoll_.get(), events.data(),
                               static_cast<int>(events.size()), 0);
  for (int i = 0; i < count; ++i)
    ended.push_back(events[static_cast<std::size_t>(i)].data.fd);
}

void PidfdLiveness::look_up(std::vector<pid_t>& ended) {
  for (const auto& [pid, watched] : watched_)
    if (!watched.pidfd && !lives(pid, watched.start_ticks))
      ended.push_back(pid);
}

}  // namespace netstat
