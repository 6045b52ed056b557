// What the sockets of a job are, and whom they are connected to.
#include <cerrno>
#include <iterator>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "host/cantmove_parts.h"
#include "host/foreign_fd.h"
#include "host/unix_diag.h"

namespace mosix::cantmove {

using base::fail_errno;
using base::Result;

namespace {

constexpr int kTcpClose = 7;
constexpr int kTcpListen = 10;

/// The names that ss shows; kernel: tcp_states.h.
std::string_view tcp_state(bool known, unsigned state) {
  constexpr std::string_view kNames[] = {
      "",          "established", "syn_sent", "syn_recv",   "fin_wait1",
      "fin_wait2", "time_wait",   "close",    "close_wait", "last_ack",
      "listen",    "closing",     "syn_recv"};
  return known && state > 0 && state < std::size(kNames) ? kNames[state]
                                                         : "in unknown state";
}

int option(int fd, int name) {
  int value = -1;
  socklen_t size = sizeof value;
  if (getsockopt(fd, SOL_SOCKET, name, &value, &size) < 0) return -1;
  return value;
}

bool is_everywhere(const in_addr& address) {
  return address.s_addr == htonl(INADDR_ANY) ||
         (ntohl(address.s_addr) >> 24) == 127;
}

bool is_everywhere(const in6_addr& address) {
  const auto* words = address.s6_addr32;
  if (words[0] != 0 || words[1] != 0) return false;
  if (words[2] == htonl(0xffff)) return is_everywhere(in_addr{words[3]});
  return words[2] == 0 && (words[3] == 0 || words[3] == htonl(1));
}

/// An address that every node has (any, loopback) may be bound again there.
void check_address(Examination& exam, Place place, int fd) {
  sockaddr_storage address = {};
  socklen_t size = sizeof address;
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) < 0) return;
  char text[INET6_ADDRSTRLEN] = "";
  if (address.ss_family == AF_INET) {
    const auto& ip4 = reinterpret_cast<const sockaddr_in&>(address);
    if (is_everywhere(ip4.sin_addr)) return;
    inet_ntop(AF_INET, &ip4.sin_addr, text, sizeof text);
  } else if (address.ss_family == AF_INET6) {
    const auto& ip6 = reinterpret_cast<const sockaddr_in6&>(address);
    if (is_everywhere(ip6.sin6_addr)) return;
    inet_ntop(AF_INET6, &ip6.sin6_addr, text, sizeof text);
  }
  exam.obstacle("bound_address", place, text);
}

void check_tcp(Examination& exam, Place place, int fd) {
  tcp_info info = {};
  socklen_t size = sizeof info;
  const bool known = getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) == 0;
  // (Of a listening socket "unacked" is the number of connections to accept.)
  if (known && info.tcpi_state == kTcpListen && info.tcpi_unacked > 0)
    return exam.obstacle("tcp_established", place,
                         fmt::format("{} not yet accepted", info.tcpi_unacked));
  if (!known || (info.tcpi_state != kTcpListen && info.tcpi_state != kTcpClose))
    return exam.obstacle(
        "tcp_established", place,
        fmt::format("TCP {}", tcp_state(known, info.tcpi_state)));
  check_address(exam, place, fd);
}

void check_inet(Examination& exam, Place place, int fd) {
  const int type = option(fd, SO_TYPE);
  const int protocol = option(fd, SO_PROTOCOL);
  if (protocol == IPPROTO_TCP) return check_tcp(exam, place, fd);
  const bool udp = protocol == IPPROTO_UDP || protocol == IPPROTO_UDPLITE;
  const bool ping = protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6;
  if (udp || ping || type == SOCK_RAW) return check_address(exam, place, fd);
  exam.obstacle("socket", place, fmt::format("IP protocol {}", protocol));
}

void check_peer(Examination& exam, Place place, const UnixSocket& socket) {
  if (socket.pending > 0)
    return exam.obstacle("unix_pending", place,
                         fmt::format("{} not yet accepted", socket.pending));
  if (!socket.connected && !socket.has_peer) return;
  if (exam.unix_sockets.contains(socket.peer)) return;
  if (socket.peer != 0)
    return exam.obstacle("unix_outside", place,
                         fmt::format("connected to socket {}", socket.peer));
  // A peer without an inode has no descriptor: not yet, or no longer. A stream
  // of which the other end is closed comes back as it is, with what it had not
  // read; datagrams get another errno.
  if (socket.type == SOCK_DGRAM)
    exam.obstacle("unix_closed", place, "the other end is closed");
  else if (!socket.closed)
    exam.obstacle("unix_pending", place, "not yet accepted");
}

}  // namespace

Result<void> examine_socket(Examination& exam, Place place,
                            std::uint32_t inode) {
  const auto fd = foreign_fd(place.pid, place.fd);
  if (!fd && is_gone(fd.error())) return {};
  if (!fd) return tl::make_unexpected(fd.error());
  switch (const int family = option(fd->get(), SO_DOMAIN)) {
    case AF_UNIX:
      exam.unix_sockets.try_emplace(inode, place);
      break;
    case AF_INET:
    case AF_INET6:
      check_inet(exam, place, fd->get());
      break;
    case AF_NETLINK:
    case AF_PACKET:
      break;
    default:
      exam.obstacle("socket", place, fmt::format("address family {}", family));
  }
  return {};
}

Result<void> examine_unix_sockets(Examination& exam) {
  if (exam.unix_sockets.empty()) return {};
  auto diag = UnixDiag::open();
  if (!diag) return tl::make_unexpected(diag.error());
  for (const auto& [inode, place] : exam.unix_sockets) {
    const auto socket = diag->look_up(inode);
    if (socket)
      check_peer(exam, place, *socket);
    else if (socket.error().code == ENOENT)
      // Closed meanwhile, or of another network namespace.
      exam.obstacle("unix_outside", place, "a socket that is not of this node");
    else
      return tl::make_unexpected(socket.error());
  }
  return {};
}

}  // namespace mosix::cantmove
