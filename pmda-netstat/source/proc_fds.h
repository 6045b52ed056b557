// The descriptors of processes in /proc. Nothing here asks the file system
// behind a descriptor, which may hang.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "bpf/record.h"
#include "host/fd.h"

namespace netstat {

struct HeldSocket {
  std::uint64_t inode = 0;
  int fd = -1;
};

/// The inode in "socket:[1234]"; nothing for other links.
std::optional<std::uint64_t> socket_inode(std::string_view link);

/// How many descriptors a process has (Linux 6.2; 0 before). Nothing: it is
/// gone.
std::optional<std::uint64_t> count_fds(pid_t pid);

/// Whether a descriptor is that socket now. False also if it is not to be read.
bool holds_socket(pid_t pid, const HeldSocket& held);

/// When a process started (netstat_process::start_ticks). Nothing: it is gone.
std::optional<std::uint64_t> start_of(pid_t pid);

/// A process by its folder: what is read through it is of that very process,
/// whoever has its number now.
class ProcessFolder {
 public:
  /// Nothing: it is gone.
  static std::optional<ProcessFolder> open(pid_t pid);

  /// Nothing: it is gone.
  std::optional<netstat_process> identity() const;
  /// By inode, each socket once; none if the caller may not see them.
  std::vector<HeldSocket> sockets() const;

 private:
  ProcessFolder(pid_t pid, mosix::Fd folder)
      : pid_(pid), folder_(std::move(folder)) {}

  pid_t pid_;
  mosix::Fd folder_;
};

}  // namespace netstat
