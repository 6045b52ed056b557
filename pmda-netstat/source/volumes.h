// Bytes through UDP and UNIX sockets, which the kernel does not count: counted
// on demand at every call that sends or receives.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/result.h"
#include "bpf/record.h"

namespace netstat {

class Volumes {
 public:
  virtual ~Volumes() = default;

  /// Starts or stops counting; what was counted stays. Needs no capability.
  virtual base::Result<void> set(bool on) = 0;
  virtual bool on() const = 0;

  /// Replaces `volumes` by all that is counted: cumulative values by process
  /// and socket.
  virtual base::Result<void> read(std::vector<netstat_volume>& volumes) = 0;

  /// Drops the entry of a socket that is no more.
  virtual void forget(const netstat_volume& volume) = 0;

  /// Bytes that found no room in the table, both directions; since the start.
  virtual std::uint64_t lost_bytes() const = 0;
};

/// tp_btf/sock_send_length and sock_recv_length (Linux 6.3), loaded and not
/// attached.
base::Result<std::unique_ptr<Volumes>> make_bpf_volumes();

}  // namespace netstat
