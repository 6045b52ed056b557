#include "source/diag_parse.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/tcp.h>
#include <linux/unix_diag.h>
#include <sys/socket.h>

namespace netstat {

using base::fail;
using base::Result;

namespace {

// The names are in <netinet/tcp.h>, which clashes with <linux/tcp.h>.
constexpr int kCloseWait = 8;
constexpr int kLastAck = 9;
constexpr int kClosing = 11;

/// The part of tcp_info that is needed: up to what Linux 4.19 brought.
constexpr std::size_t kTcpInfo =
    offsetof(tcp_info, tcpi_bytes_retrans) + sizeof(__u64);

/// A struct at the begin of `bytes`; those must be long enough.
template <class T>
T take(Message bytes) {
  T value;
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

/// The payload of the first attribute `type` that is at least `size` long.
Message attribute(Message attributes, unsigned type, std::size_t size) {
  const auto* next = reinterpret_cast<const nlattr*>(attributes.data());
  const auto* end = attributes.data() + attributes.size();
  const auto rest = [&] {
    return static_cast<int>(end - reinterpret_cast<const std::byte*>(next));
  };
  for (; mnl_attr_ok(next, rest()); next = mnl_attr_next(next))
    if (mnl_attr_get_type(next) == type &&
        mnl_attr_get_payload_len(next) >= size)
      return {static_cast<const std::byte*>(mnl_attr_get_payload(next)),
              mnl_attr_get_payload_len(next)};
  return {};
}

std::uint64_t cookie_of(const __u32 (&words)[2]) {
  return words[0] | std::uint64_t{words[1]} << 32;
}

void set_address(std::uint8_t family, const __be32 (&from)[4], __u8 (&to)[16]) {
  if (family == AF_INET6) {
    std::memcpy(to, from, sizeof to);
    return;
  }
  to[10] = to[11] = 0xff;
  std::memcpy(to + 12, from, 4);
}

bool peer_has_finished(std::uint8_t state) {
  return state == kCloseWait || state == kLastAck || state == kClosing;
}

void set_tcp(const tcp_info& info, netstat_socket& socket) {
  const std::uint64_t fin = peer_has_finished(socket.state) ? 1 : 0;
  socket.in_bytes =
      info.tcpi_bytes_received - std::min<__u64>(fin, info.tcpi_bytes_received);
  socket.out_bytes = info.tcpi_bytes_sent -
                     std::min(info.tcpi_bytes_retrans, info.tcpi_bytes_sent);
  socket.rtt_us = info.tcpi_rtt;
  socket.retrans = info.tcpi_total_retrans;
  socket.flags = NETSTAT_HAS_BYTES | NETSTAT_HAS_TCP;
}

/// Nothing if the kernel did not tell all of it.
std::optional<tcp_info> info_of(Message payload) {
  const auto told = attribute(payload.subspan(sizeof(inet_diag_msg)),
                              INET_DIAG_INFO, kTcpInfo);
  if (told.empty()) return std::nullopt;
  tcp_info info{};
  std::memcpy(&info, told.data(), std::min(told.size(), sizeof info));
  return info;
}

std::optional<DiagSocket> parse_addresses(Message payload) {
  if (payload.size() < sizeof(inet_diag_msg)) return std::nullopt;
  const auto message = take<inet_diag_msg>(payload);
  if (message.idiag_family != AF_INET && message.idiag_family != AF_INET6)
    return std::nullopt;
  DiagSocket found;
  auto& socket = found.socket;
  socket.inode = message.idiag_inode;
  socket.state = message.idiag_state;
  socket.family = message.idiag_family;
  socket.local_port = ntohs(message.id.idiag_sport);
  socket.remote_port = ntohs(message.id.idiag_dport);
  set_address(socket.family, message.id.idiag_src, socket.local);
  set_address(socket.family, message.id.idiag_dst, socket.remote);
  found.cookie = cookie_of(message.id.idiag_cookie);
  return found;
}

/// Calls each(header, payload) until it returns false. False: the datagram does
/// not consist of netlink messages.
template <class F>
bool for_each_message(Message datagram, F each) {
  int rest = static_cast<int>(datagram.size());
  const auto* header = reinterpret_cast<const nlmsghdr*>(datagram.data());
  // libmnl takes a length above INT_MAX for a negative one, and so for good.
  const auto ok = [&] {
    return mnl_nlmsg_ok(header, rest) && header->nlmsg_len <= datagram.size();
  };
  for (; ok(); header = mnl_nlmsg_next(header, &rest)) {
    const auto* payload =
        static_cast<const std::byte*>(mnl_nlmsg_get_payload(header));
    if (!each(*header, Message(payload, mnl_nlmsg_get_payload_len(header))))
      return true;
  }
  return rest <= 0;
}

/// The error in the payload of NLMSG_ERROR or NLMSG_DONE, as an errno; 0: none.
int error_in(Message payload) {
  if (payload.size() < sizeof(int)) return 0;
  const int code = take<int>(payload);
  return code < 0 && code > -4096 ? -code : 0;
}

}  // namespace

Result<Dump> split_dump(Message datagram, std::uint32_t sequence,
                        std::vector<Message>& payloads) {
  Dump dump = Dump::goes_on;
  int error = 0;
  const auto each = [&](const nlmsghdr& header, Message payload) {
    if (header.nlmsg_seq != sequence) return true;
    if ((header.nlmsg_flags & NLM_F_DUMP_INTR) != 0) dump = Dump::interrupted;
    if (header.nlmsg_type >= NLMSG_MIN_TYPE) {
      payloads.push_back(payload);
    } else if (header.nlmsg_type == NLMSG_OVERRUN) {
      dump = Dump::interrupted;
    } else if (header.nlmsg_type != NLMSG_NOOP) {
      error = error_in(payload);
      // An answer of "no error" to a dump is none; it must not end it well.
      if (header.nlmsg_type == NLMSG_ERROR && error == 0) error = EBADMSG;
      if (dump != Dump::interrupted) dump = Dump::done;
      return false;
    }
    return true;
  };
  if (!for_each_message(datagram, each))
    return fail(EBADMSG, "netlink message: not understood");
  if (error != 0) return fail(error, std::strerror(error));
  return dump;
}

Result<void> split_tidings(Message datagram, std::vector<Message>& payloads) {
  const auto each = [&](const nlmsghdr& header, Message payload) {
    if (header.nlmsg_seq == 0 && header.nlmsg_type >= NLMSG_MIN_TYPE)
      payloads.push_back(payload);
    return true;
  };
  if (!for_each_message(datagram, each))
    return fail(EBADMSG, "netlink message: not understood");
  return {};
}

std::optional<DiagSocket> parse_inet(Message payload, std::uint8_t protocol) {
  auto found = parse_addresses(payload);
  if (!found) return found;
  found->socket.protocol = protocol;
  if (protocol != NETSTAT_TCP) return found;
  if (const auto info = info_of(payload)) set_tcp(*info, found->socket);
  return found;
}

std::optional<DiagSocket> parse_unix(Message payload) {
  if (payload.size() < sizeof(unix_diag_msg)) return std::nullopt;
  const auto message = take<unix_diag_msg>(payload);
  const auto peer = attribute(payload.subspan(sizeof message), UNIX_DIAG_PEER,
                              sizeof(std::uint32_t));
  if (message.udiag_family != AF_UNIX || peer.empty()) return std::nullopt;
  DiagSocket found;
  found.socket.protocol = NETSTAT_UNIX;
  found.socket.family = AF_UNIX;
  found.socket.inode = message.udiag_ino;
  found.socket.state = message.udiag_state;
  found.socket.peer_inode = take<std::uint32_t>(peer);
  found.cookie = cookie_of(message.udiag_cookie);
  return found;
}

std::optional<DiagSocket> parse_destroyed(Message payload) {
  auto found = parse_addresses(payload);
  if (!found) return found;
  found->socket.protocol = NETSTAT_TCP;
  const auto info = info_of(payload);
  if (found->socket.remote_port == 0 || !info) return found;
  // No round trip was ever measured and nothing acknowledged, not even a SYN.
  if (info->tcpi_rtt == 0 && info->tcpi_bytes_acked == 0 &&
      info->tcpi_bytes_received == 0)
    return std::nullopt;
  set_tcp(*info, found->socket);
  return found;
}

}  // namespace netstat
