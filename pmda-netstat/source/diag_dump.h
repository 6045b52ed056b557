// Listings of sockets from the kernel: netlink's sock_diag.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/result.h"
#include "source/diag_parse.h"

struct mnl_socket;

namespace netstat {

struct CloseNetlink {
  void operator()(mnl_socket* socket) const;
};
using Netlink = std::unique_ptr<mnl_socket, CloseNetlink>;

/// A socket of NETLINK_SOCK_DIAG with an address of its own. `flags`:
/// SOCK_NONBLOCK or 0.
base::Result<Netlink> open_sock_diag(int flags);

/// Asks in the network namespace in which it was made.
class DiagDump {
 public:
  /// Appends all sockets that Reading wants, each kind in one pass: TCP of both
  /// families, UDP, UNIX. A listing that the kernel could not give whole is
  /// asked for again, some times; then it is an error, and `sockets` is not to
  /// be used.
  base::Result<void> tcp(std::vector<DiagSocket>& sockets);
  base::Result<void> udp(std::vector<DiagSocket>& sockets);
  base::Result<void> unix_pairs(std::vector<DiagSocket>& sockets);

 private:
  template <class Request, class Parse>
  base::Result<void> list(std::uint16_t type, const Request& request,
                          Parse parse, std::vector<DiagSocket>& sockets);
  template <class Request>
  base::Result<void> ask(std::uint16_t type, const Request& request);
  template <class Parse>
  base::Result<Dump> receive(Parse parse, std::vector<DiagSocket>& sockets);

  base::Result<void> open();

  Netlink socket_;
  std::uint32_t sequence_ = 0;
  std::vector<Message> payloads_;
  std::vector<std::uint32_t> buffer_;
};

}  // namespace netstat
