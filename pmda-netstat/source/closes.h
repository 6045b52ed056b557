// Connections that ended: those too that were too short to be seen by a pass
// over all sockets.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/result.h"
#include "bpf/record.h"
#include "source/source.h"

namespace netstat {

class Closes {
 public:
  virtual ~Closes() = default;

  /// "bpf" or "multicast".
  virtual const char* name() const = 0;

  /// Readable (poll) when many ends wait to be read: then read() soon. -1:
  /// none.
  virtual int fd() const = 0;

  /// Appends the TCP connections that ended since the last call, in their
  /// order. Does not block.
  virtual base::Result<void> read(std::vector<netstat_close>& closes) = 0;

  /// Ends that could not be reported, because nobody read, and their bytes as
  /// far as they are known; since the start.
  struct Lost {
    std::uint64_t closes = 0;
    std::uint64_t in_bytes = 0;
    std::uint64_t out_bytes = 0;
  };
  virtual Lost lost() const = 0;
};

/// tp_btf/inet_sock_set_state: the process of nearly all ends is known.
base::Result<std::unique_ptr<Closes>> make_bpf_closes();
/// The multicast groups of sock_diag that tell of destroyed TCP sockets of this
/// network namespace. A process is never known, and the inode only of sockets
/// that a pass of the diag source has seen (`cookies`).
base::Result<std::unique_ptr<Closes>> make_multicast_closes(
    std::shared_ptr<Cookies> cookies);

}  // namespace netstat
