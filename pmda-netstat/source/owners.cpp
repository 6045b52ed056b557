#include "source/owners.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <utility>

#include <unistd.h>

#include "host/proc_info.h"

namespace netstat {

using base::Result;
using std::chrono::seconds;

Owners::Owners(const SearchPace& pace)
    : counts_fds_(count_fds(getpid()).value_or(0) > 0), pace_(pace) {}

Result<void> Owners::fill(std::span<const netstat_socket> sockets, Time now,
                          Reading& reading) {
  ++round_;
  work_ = {};
  for (const auto& socket : sockets)
    if (socket.inode != 0) note(socket);
  drop_ended();
  bool wanted = review();
  const bool refresh = now >= refresh_at_;
  if (wanted && !refresh) {
    if (auto searched = search(false); !searched) return searched;
    wanted = any_unknown();
  }
  if (refresh || (wanted && now >= search_at_))
    if (auto searched = search_all(now); !searched) return searched;
  emit(sockets, reading);
  return {};
}

Result<void> Owners::search_all(Time now) {
  using Clock = std::chrono::steady_clock;
  const auto begin = Clock::now();
  if (auto searched = search(true); !searched) return searched;
  give_up_unknown();
  const auto took = Clock::now() - begin;
  search_at_ = now + std::max<Clock::duration>(seconds(pace_.search_seconds),
                                               pace_.search_times * took);
  refresh_at_ = now + std::max<Clock::duration>(seconds(pace_.refresh_seconds),
                                                pace_.refresh_times * took);
  return {};
}

void Owners::note(const netstat_socket& socket) {
  Entry& entry = entries_[socket.inode];
  if (entry.listed == round_) return;
  entry.moved = entry.listed != 0 && (entry.in_bytes != socket.in_bytes ||
                                      entry.out_bytes != socket.out_bytes ||
                                      entry.state != socket.state);
  entry.listed = round_;
  entry.in_bytes = socket.in_bytes;
  entry.out_bytes = socket.out_bytes;
  entry.state = socket.state;
}

void Owners::drop_ended() {
  std::vector<pid_t> ended;
  for (const auto& [pid, process] : processes_)
    if (!process.held.empty() && kill(pid, 0) < 0 && errno == ESRCH)
      ended.push_back(pid);
  for (const pid_t pid : ended) drop(pid);
}

/// Forgets the sockets that are listed no more, and checks holders. Whether a
/// search is wanted.
bool Owners::review() {
  bool wanted = false;
  for (auto it = entries_.begin(); it != entries_.end();) {
    Entry& entry = it.value();
    if (entry.listed == round_) {
      wanted |= review_holders(it->first, entry);
      ++it;
    } else if (entry.listed != 0) {
      for (const auto& holder : entry.holders) holder.process->stale = true;
      it = entries_.erase(it);
    } else {
      ++it;
    }
  }
  return wanted;
}

bool Owners::review_holders(std::uint64_t inode, Entry& entry) {
  const auto fails = [&](Holder& holder) {
    if (holder.confirmed && !entry.moved) return false;
    holder.confirmed = still_holds(holder, inode);
    if (!holder.confirmed) holder.process->stale = true;
    return !holder.confirmed;
  };
  const bool failed = std::erase_if(entry.holders, fails) > 0;
  return failed || (entry.holders.empty() && !entry.given_up);
}

bool Owners::still_holds(const Holder& holder, std::uint64_t inode) {
  Process& process = *holder.process;
  const auto pid = static_cast<pid_t>(process.id.pid);
  ++work_.checked;
  if (!holds_socket(pid, {inode, holder.fd})) return false;
  if (process.identified == round_) return true;
  if (start_of(pid) != process.id.start_ticks) return false;
  process.identified = round_;
  return true;
}

/// Reads the descriptors of the processes that may have got a socket, or of
/// all; drops those that are gone.
Result<void> Owners::search(bool everything) {
  const auto pids = mosix::numbered_entries("/proc");
  if (!pids) return tl::make_unexpected(pids.error());
  for (const pid_t pid : *pids) {
    const auto fds = count_fds(pid);
    ++work_.counted;
    if (!fds) continue;
    Process& process = processes_[pid];
    process.id.pid = static_cast<std::uint32_t>(pid);
    process.listed = round_;
    const bool may_differ =
        counts_fds_ ? process.fds != *fds : !process.held.empty();
    process.fds = *fds;
    if (everything || process.stale || may_differ) scan(pid);
  }
  std::vector<pid_t> gone;
  for (const auto& [pid, process] : processes_)
    if (process.listed != round_) gone.push_back(pid);
  for (const pid_t pid : gone) drop(pid);
  return {};
}

bool Owners::any_unknown() const {
  return std::any_of(entries_.begin(), entries_.end(), [&](const auto& item) {
    const Entry& entry = item.second;
    return entry.listed == round_ && entry.holders.empty() && !entry.given_up;
  });
}

void Owners::give_up_unknown() {
  for (auto it = entries_.begin(); it != entries_.end(); ++it)
    it.value().given_up = it->second.holders.empty();
}

void Owners::scan(pid_t pid) {
  Process& process = processes_[pid];
  process.stale = false;
  // Kernel threads, mostly.
  if (counts_fds_ && process.fds == 0) return hold(process, {});
  ++work_.scanned;
  const auto folder = ProcessFolder::open(pid);
  if (!folder) return drop(pid);
  auto sockets = folder->sockets();
  if (!sockets.empty()) {
    const auto id = folder->identity();
    if (!id) return drop(pid);
    // Its number was another's before.
    if (id->start_ticks != process.id.start_ticks) hold(process, {});
    process.id = *id;
  }
  hold(process, std::move(sockets));
}

/// Replaces what a process holds. Both lists are sorted by inode.
void Owners::hold(Process& process, std::vector<HeldSocket> sockets) {
  const auto before = std::exchange(process.held, std::move(sockets));
  auto old = before.begin();
  for (const auto& now : process.held) {
    for (; old != before.end() && old->inode < now.inode; ++old)
      let_go(process, old->inode);
    bool known = false;
    if (old != before.end() && old->inode == now.inode) {
      let_go(process, old->inode);
      known = true;
      ++old;
    }
    Entry& entry = entries_[now.inode];
    entry.given_up = false;
    entry.holders.push_back({&process, now.fd, known});
  }
  for (; old != before.end(); ++old) let_go(process, old->inode);
}

void Owners::let_go(Process& process, std::uint64_t inode) {
  const auto it = entries_.find(inode);
  if (it == entries_.end()) return;
  Entry& entry = it.value();
  std::erase_if(entry.holders, [&](const Holder& holder) {
    return holder.process == &process;
  });
  if (entry.holders.empty() && entry.listed == 0) entries_.erase(it);
}

void Owners::drop(pid_t pid) {
  const auto it = processes_.find(pid);
  if (it == processes_.end()) return;
  hold(it->second, {});
  processes_.erase(it);
}

void Owners::emit(std::span<const netstat_socket> sockets, Reading& reading) {
  order_.clear();
  for (std::size_t i = 0; i < sockets.size(); ++i) {
    const auto it = entries_.find(sockets[i].inode);
    if (sockets[i].inode == 0 || it == entries_.end()) {
      ++reading.ownerless;
      continue;
    }
    Entry& entry = it.value();
    if (std::exchange(entry.emitted, round_) == round_) continue;
    if (entry.holders.empty()) ++reading.ownerless;
    for (const auto& holder : entry.holders) {
      if (holder.process->rows.empty()) order_.push_back(holder.process);
      holder.process->rows.push_back(static_cast<std::uint32_t>(i));
    }
  }
  for (Process* process : order_) {
    reading.holders.push_back(
        {process->id, reading.sockets.size(), process->rows.size()});
    for (const auto row : process->rows)
      reading.sockets.push_back(sockets[row]);
    process->rows.clear();
  }
}

}  // namespace netstat
