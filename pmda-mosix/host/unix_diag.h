// Whom a unix socket is connected to: the kernel's answer over netlink, for
// sockets of the caller's network namespace.
#pragma once

#include <cstdint>

#include "base/result.h"

struct mnl_socket;

namespace mosix {

struct UnixSocket {
  int type = 0;            ///< SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET
  bool connected = false;  ///< a state of streams
  bool listening = false;
  bool has_peer = false;
  std::uint32_t peer = 0;  ///< inode; 0: the peer belongs to no descriptor
  bool closed = false;     ///< shut down in both directions
  unsigned pending = 0;    ///< connections not yet accepted
};

/// Asks about one socket after the other over one netlink socket.
class UnixDiag {
 public:
  static base::Result<UnixDiag> open();
  UnixDiag(UnixDiag&& other) noexcept;
  UnixDiag& operator=(UnixDiag&&) = delete;
  ~UnixDiag();

  /// By inode; ENOENT if there is none in this network namespace.
  base::Result<UnixSocket> look_up(std::uint32_t inode);

 private:
  explicit UnixDiag(mnl_socket* socket) : socket_(socket) {}

  mnl_socket* socket_;
  std::uint32_t sequence_ = 0;
};

}  // namespace mosix
