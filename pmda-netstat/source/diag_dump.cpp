#include "source/diag_dump.h"

#include <cerrno>
#include <cstring>

#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>

namespace netstat {

using base::fail;
using base::fail_errno;
using base::Result;

namespace {

/// The kernel's datagrams are at most 32 KiB long.
constexpr std::size_t kBufferBytes = 64 << 10;
constexpr int kTries = 3;
/// Of a kernel that owes an answer and does not give it.
constexpr timeval kPatience{5, 0};

constexpr std::uint32_t kAllStates = ~0u;
/// Not asked for: listeners, and what has no descriptor or is only bound.
constexpr std::uint32_t kConnections =
    1u << TCP_ESTABLISHED | 1u << TCP_SYN_SENT | 1u << TCP_FIN_WAIT1 |
    1u << TCP_FIN_WAIT2 | 1u << TCP_CLOSE | 1u << TCP_CLOSE_WAIT |
    1u << TCP_LAST_ACK | 1u << TCP_CLOSING;

constexpr std::uint8_t kWantInfo = 1 << (INET_DIAG_INFO - 1);

/// Worth another try: what was received so far is not all
/// (ENOSPC: libmnl's word for a datagram that was cut off).
bool is_overrun(int code) {
  return code == ENOBUFS || code == ENOSPC || code == EINTR;
}

}  // namespace

void CloseNetlink::operator()(mnl_socket* socket) const {
  mnl_socket_close(socket);
}

Result<Netlink> open_sock_diag(int flags) {
  Netlink netlink(mnl_socket_open2(NETLINK_SOCK_DIAG, SOCK_CLOEXEC | flags));
  if (!netlink || mnl_socket_bind(netlink.get(), 0, MNL_SOCKET_AUTOPID) < 0)
    return fail_errno("sock_diag");
  return netlink;
}

Result<void> DiagDump::open() {
  auto opened = open_sock_diag(0);
  if (!opened) return tl::make_unexpected(opened.error());
  socket_ = std::move(*opened);
  buffer_.resize(kBufferBytes / sizeof(std::uint32_t));
  if (setsockopt(mnl_socket_get_fd(socket_.get()), SOL_SOCKET, SO_RCVTIMEO,
                 &kPatience, sizeof kPatience) < 0)
    return fail_errno("sock_diag");
  return {};
}

template <class Request>
Result<void> DiagDump::ask(std::uint16_t type, const Request& request) {
  nlmsghdr* header = mnl_nlmsg_put_header(buffer_.data());
  header->nlmsg_type = type;
  header->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  header->nlmsg_seq = ++sequence_;
  std::memcpy(mnl_nlmsg_put_extra_header(header, sizeof request), &request,
              sizeof request);
  if (mnl_socket_sendto(socket_.get(), header, header->nlmsg_len) < 0)
    return fail_errno("sock_diag");
  return {};
}

template <class Parse>
Result<Dump> DiagDump::receive(Parse parse, std::vector<DiagSocket>& sockets) {
  for (;;) {
    const ssize_t size =
        mnl_socket_recvfrom(socket_.get(), buffer_.data(), kBufferBytes);
    if (size < 0 && is_overrun(errno)) return Dump::interrupted;
    if (size < 0) return fail_errno("sock_diag");
    payloads_.clear();
    const auto datagram =
        std::as_bytes(std::span(buffer_)).first(static_cast<std::size_t>(size));
    auto dump = split_dump(datagram, sequence_, payloads_);
    if (!dump) return dump;
    for (const auto payload : payloads_)
      if (const auto found = parse(payload)) sockets.push_back(*found);
    if (*dump != Dump::goes_on) return dump;
  }
}

template <class Request, class Parse>
Result<void> DiagDump::list(std::uint16_t type, const Request& request,
                            Parse parse, std::vector<DiagSocket>& sockets) {
  const auto before = sockets.size();
  for (int i = 0; i < kTries; ++i) {
    if (!socket_)
      if (auto opened = open(); !opened) return opened;
    auto dump =
        ask(type, request).and_then([&] { return receive(parse, sockets); });
    if (dump && *dump == Dump::done) return {};
    // The rest of a listing that was given up would be in the way.
    socket_.reset();
    sockets.resize(before);
    if (!dump) return tl::make_unexpected(dump.error());
  }
  return fail(ENOBUFS, "sock_diag: the listing was interrupted each time");
}

Result<void> DiagDump::tcp(std::vector<DiagSocket>& sockets) {
  // The older form of the question lists both families in one pass.
  inet_diag_req request{};
  request.idiag_ext = kWantInfo;
  request.idiag_states = kConnections;
  return list(
      TCPDIAG_GETSOCK, request,
      [](Message payload) { return parse_inet(payload, NETSTAT_TCP); },
      sockets);
}

Result<void> DiagDump::udp(std::vector<DiagSocket>& sockets) {
  for (const int family : {AF_INET, AF_INET6}) {
    inet_diag_req_v2 request{};
    request.sdiag_family = static_cast<std::uint8_t>(family);
    request.sdiag_protocol = IPPROTO_UDP;
    request.idiag_states = kAllStates;
    auto listed = list(
        SOCK_DIAG_BY_FAMILY, request,
        [](Message payload) { return parse_inet(payload, NETSTAT_UDP); },
        sockets);
    if (!listed) return listed;
  }
  return {};
}

Result<void> DiagDump::unix_pairs(std::vector<DiagSocket>& sockets) {
  unix_diag_req request{};
  request.sdiag_family = AF_UNIX;
  request.udiag_states = kAllStates & ~(1u << TCP_LISTEN);
  request.udiag_show = UDIAG_SHOW_PEER;
  return list(SOCK_DIAG_BY_FAMILY, request, parse_unix, sockets);
}

}  // namespace netstat
