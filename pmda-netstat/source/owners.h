// Which processes hold which sockets, when only the sockets are listed and
// /proc must tell the rest. Reading all of /proc takes several times as long as
// listing the sockets, so what was found is kept, by these rules:
//
// * While all sockets have known holders and nothing moved, /proc is not read.
// * What a holder is charged with is checked: when the counters of a socket
//   moved since the last reading, or its state, the descriptor at which each
//   holder had it must still be that socket, and the process the same (by its
//   start time). So is every new holder at the reading after the one that found
//   it, because many descriptors are inherited only to be closed.
// * A holder that fails, and a socket without holders, start a search among the
//   processes that are new, have another number of descriptors, or lost a
//   socket. If a socket remains, all processes are searched, at most once in
//   search_seconds; what is not found then, waits for the next refreshment.
// * All is read again every refresh_seconds. So an idle socket that was given
//   on, or got a further holder, shows a wrong set of holders for that long at
//   the most; bytes are not affected.
// * Processes that ended are dropped at each reading.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include <tsl/robin_map.h>

#include "base/result.h"
#include "bpf/record.h"
#include "source/proc_fds.h"
#include "source/source.h"

namespace netstat {

/// When all processes are searched.
struct SearchPace {
  int search_seconds = 5;    ///< after the last time, for what is not found
  int refresh_seconds = 30;  ///< after the last time, in any case
  /// Where processes have very many descriptors, both wait for so many times as
  /// long as the last time took.
  int search_times = 20;
  int refresh_times = 100;
};

class Owners {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit Owners(const SearchPace& pace = {});

  /// Appends to `reading` the sockets under the processes that hold them, and
  /// counts those of which none is known. `sockets` is a complete list, made
  /// just before. A socket that it lists twice counts once; those without an
  /// inode have no holder. Errors: /proc cannot be listed.
  base::Result<void> fill(std::span<const netstat_socket> sockets, Time now,
                          Reading& reading);

  /// What the last fill() read of /proc.
  struct Work {
    std::size_t checked = 0;  ///< descriptors
    std::size_t counted = 0;  ///< processes, for their number of descriptors
    std::size_t scanned = 0;  ///< processes, all their descriptors
  };
  const Work& work() const { return work_; }

 private:
  struct Process {
    netstat_process id{};
    std::uint64_t fds = 0;
    bool stale = true;        ///< to be scanned in the next search
    unsigned listed = 0;      ///< round in which it was seen in /proc
    unsigned identified = 0;  ///< round in which its start time was right
    std::vector<HeldSocket> held;
    std::vector<std::uint32_t> rows;  ///< sockets of this reading
  };
  struct Holder {
    Process* process = nullptr;
    int fd = -1;
    bool confirmed = false;  ///< seen in two readings
  };
  /// A socket that a process holds or the last list had, or both.
  struct Entry {
    unsigned listed = 0;   ///< round of the last list that had it; 0: none
    unsigned emitted = 0;  ///< round in which it went into a reading
    bool moved = false;
    bool given_up = false;  ///< not found in all of /proc
    std::uint8_t state = 0;
    std::uint64_t in_bytes = 0;
    std::uint64_t out_bytes = 0;
    std::vector<Holder> holders;
  };

  void note(const netstat_socket& socket);
  void drop_ended();
  bool review();
  bool review_holders(std::uint64_t inode, Entry& entry);
  bool still_holds(const Holder& holder, std::uint64_t inode);
  base::Result<void> search(bool everything);
  base::Result<void> search_all(Time now);
  bool any_unknown() const;
  void give_up_unknown();
  void scan(pid_t pid);
  void hold(Process& process, std::vector<HeldSocket> sockets);
  void let_go(Process& process, std::uint64_t inode);
  void drop(pid_t pid);
  void emit(std::span<const netstat_socket> sockets, Reading& reading);

  std::unordered_map<pid_t, Process> processes_;
  tsl::robin_map<std::uint64_t, Entry> entries_;
  std::vector<Process*> order_;  ///< those with rows
  bool counts_fds_;              ///< whether the kernel tells the number
  unsigned round_ = 0;
  SearchPace pace_;
  Time search_at_{};
  Time refresh_at_{};
  Work work_;
};

}  // namespace netstat
