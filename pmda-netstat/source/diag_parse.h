// What the kernel answers to sock_diag's questions, in netlink messages. Pure
// functions over the bytes that were received. Those must be aligned to 4, as
// netlink's own are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "bpf/record.h"

namespace netstat {

using Message = std::span<const std::byte>;

/// A socket as sock_diag tells it. socket.netns is 0: the answer lacks it.
struct DiagSocket {
  netstat_socket socket{};
  std::uint64_t cookie = 0;
};

/// What has come of a dump after one more datagram.
enum class Dump {
  goes_on,
  done,
  interrupted,  ///< the kernel says that the listing is not consistent
};

/// Cuts a datagram of the dump `sequence` into messages, whose payloads are
/// appended. Messages of other dumps are passed over. Errors: what the kernel
/// answered; EBADMSG for a datagram that is no netlink.
base::Result<Dump> split_dump(Message datagram, std::uint32_t sequence,
                              std::vector<Message>& payloads);
/// The same for tidings that nobody asked for, of sequence 0.
base::Result<void> split_tidings(Message datagram,
                                 std::vector<Message>& payloads);

/// The payload of an answer about TCP or UDP (`protocol`: NETSTAT_TCP …).
/// Nothing: too short, or of another family.
std::optional<DiagSocket> parse_inet(Message payload, std::uint8_t protocol);

/// The same about a UNIX socket. Nothing also for one without a peer.
std::optional<DiagSocket> parse_unix(Message payload);

/// The payload of a destroyed TCP socket. Nothing also for a connect() that was
/// not answered. Without a remote port and counters: a listener, a socket that
/// was never used, or a connection that its own process reset (SO_LINGER),
/// of which the kernel has forgotten all but the cookie. It does not say
/// whether the other end's FIN, which it counts as a byte, was received: then
/// in_bytes is 1 too many.
std::optional<DiagSocket> parse_destroyed(Message payload);

}  // namespace netstat
