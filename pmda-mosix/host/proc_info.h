// What /proc says of a process. Parsers are pure; readers take the place of
// /proc, so that recorded trees can stand in for it. Readers answer ESRCH for a
// process that is gone, EBADMSG for text they do not understand.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace mosix {

/// /proc/PID/stat.
struct ProcStat {
  int pid = 0;
  std::string comm;  ///< at most 15 bytes, any of them
  char state = '?';  ///< R S D Z T t I X
  int ppid = 0;
  int pgrp = 0;
  int session = 0;
  int tty = 0;  ///< device number of the controlling terminal, 0: none
  unsigned flags = 0;
  std::uint64_t utime = 0;  ///< clock ticks of its living and dead threads
  std::uint64_t stime = 0;
  unsigned threads = 0;
  std::uint64_t start_ticks = 0;  ///< clock ticks from boot to its start
  std::uint64_t rss = 0;          ///< bytes

  bool zombie() const { return state == 'Z' || state == 'X'; }
  /// By SIGSTOP or the like (a traced stop, 't', is none).
  bool stopped() const { return state == 'T'; }
  bool kernel_thread() const;
  /// CPU time, user and system, in milliseconds.
  std::uint64_t cpu_ms() const;
};
base::Result<ProcStat> parse_stat(std::string_view text);
base::Result<ProcStat> read_stat(int pid, const std::string& proc = "/proc");

/// The names in `dir` that are numbers (/proc itself, a task or an fd folder),
/// sorted.
base::Result<std::vector<int>> numbered_entries(const std::string& dir);

/// Children of all its threads, zombies included, sorted.
base::Result<std::vector<int>> children(int pid,
                                        const std::string& proc = "/proc");
/// `root` first, then its descendants, parents before children. Processes that
/// come and go meanwhile may be missed, unless the tree is frozen.
base::Result<std::vector<int>> process_tree(int root,
                                            const std::string& proc = "/proc");

/// Of the running kernel; without a newline.
base::Result<std::string> boot_id(const std::string& proc = "/proc");

/// When the process started, in milliseconds since 1970 by the clock as it is
/// set now: take it once and keep it, since a clock that is set moves it.
base::Result<std::int64_t> start_epoch_ms(const ProcStat& stat,
                                          const std::string& proc = "/proc");

struct Credentials {
  unsigned uid = 0;  ///< real ids
  unsigned gid = 0;
  unsigned euid = 0;
  unsigned egid = 0;
  std::vector<unsigned> groups;  ///< supplementary
};
/// From the text of /proc/PID/status.
base::Result<Credentials> parse_credentials(std::string_view status);
base::Result<Credentials> read_credentials(int pid,
                                           const std::string& proc = "/proc");

struct Limit {
  std::string name;        ///< "nofile", "as" … as in RLIMIT_*, lower case
  int resource = 0;        ///< RLIMIT_*
  std::uint64_t soft = 0;  ///< RLIM_INFINITY (all ones) for "unlimited"
  std::uint64_t hard = 0;
};
/// From the text of /proc/PID/limits. Limits of unknown names are passed over.
base::Result<std::vector<Limit>> parse_limits(std::string_view text);
base::Result<std::vector<Limit>> read_limits(int pid,
                                             const std::string& proc = "/proc");
/// RLIMIT_* of a name of Limit; -1 for none.
int limit_resource(std::string_view name);

/// The rest of the line of /proc/PID/status that begins with "KEY:", without
/// blanks around it; "" if there is none.
std::string_view status_field(std::string_view status, std::string_view key);

}  // namespace mosix
