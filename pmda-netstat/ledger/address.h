// Facts about addresses, states and ends of sockets.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>

#include "bpf/record.h"

namespace netstat {

// States, as in the kernel's tcp_states.h.
inline constexpr std::uint8_t kSynSent = 2;
inline constexpr std::uint8_t kClose = 7;

inline constexpr std::uint8_t kMapped[12] = {0, 0, 0, 0, 0,    0,
                                             0, 0, 0, 0, 0xff, 0xff};

/// An IPv4 address in its mapped form.
inline bool is_mapped(const std::uint8_t (&addr)[16]) {
  return std::memcmp(addr, kMapped, sizeof kMapped) == 0;
}

/// "::" or 0.0.0.0.
inline bool is_unspecified(const std::uint8_t (&addr)[16]) {
  const auto* begin = is_mapped(addr) ? addr + sizeof kMapped : addr;
  return std::all_of(begin, std::end(addr),
                     [](auto byte) { return byte == 0; });
}

/// 127.0.0.0/8 or ::1: means another machine in each network namespace.
inline bool is_loopback(const std::uint8_t (&addr)[16]) {
  if (is_mapped(addr)) return addr[12] == 127;
  constexpr std::uint8_t kLoopback[16] = {0, 0, 0, 0, 0, 0, 0, 0,
                                          0, 0, 0, 0, 0, 0, 0, 1};
  return std::memcmp(addr, kLoopback, sizeof kLoopback) == 0;
}

inline bool is_tcp(const netstat_socket& s) {
  return s.protocol == NETSTAT_TCP;
}

/// Has somebody at the other end, whose address is known.
inline bool has_remote(const netstat_socket& s) {
  return s.protocol != NETSTAT_UNIX && s.remote_port != 0;
}

/// A TCP connection that came about (an attempt to connect has not).
inline bool was_connected(const netstat_socket& s) {
  return (s.state != kSynSent && s.state != kClose) || s.in_bytes != 0 ||
         s.out_bytes != 0;
}

/// Both ends of a socket, in whatever network namespace.
struct Ends {
  std::uint8_t local[16] = {};
  std::uint8_t remote[16] = {};
  std::uint16_t local_port = 0;
  std::uint16_t remote_port = 0;
  std::uint32_t protocol = 0;

  bool operator==(const Ends&) const = default;
};

inline Ends ends_of(const netstat_socket& s) {
  Ends ends;
  std::memcpy(ends.local, s.local, sizeof ends.local);
  std::memcpy(ends.remote, s.remote, sizeof ends.remote);
  ends.local_port = s.local_port;
  ends.remote_port = s.remote_port;
  ends.protocol = s.protocol;
  return ends;
}

/// As the other end sees them.
inline Ends reversed(const Ends& ends) {
  Ends other;
  std::memcpy(other.local, ends.remote, sizeof other.local);
  std::memcpy(other.remote, ends.local, sizeof other.remote);
  other.local_port = ends.remote_port;
  other.remote_port = ends.local_port;
  other.protocol = ends.protocol;
  return other;
}

/// The same for the life of what a row shows.
inline bool same_ends(const netstat_socket& a, const netstat_socket& b) {
  return std::memcmp(a.local, b.local, sizeof a.local) == 0 &&
         std::memcmp(a.remote, b.remote, sizeof a.remote) == 0 &&
         a.local_port == b.local_port && a.remote_port == b.remote_port &&
         a.peer_inode == b.peer_inode && a.protocol == b.protocol;
}

/// Of one connection, as far as the ports tell: a socket may connect again and
/// again. The kernel forgets some of them when a connection ends: 0 fits all.
inline bool same_ports(const Ends& a, const netstat_socket& b) {
  const auto fits = [](auto x, auto y) { return x == y || x == 0 || y == 0; };
  return fits(a.local_port, b.local_port) && fits(a.remote_port, b.remote_port);
}

/// Spreads numbers that may have much in common.
struct Mix {
  std::size_t operator()(std::uint64_t x) const {
    x *= 0x9e3779b97f4a7c15;
    return x ^ (x >> 32);
  }
};

struct EndsHash {
  std::size_t operator()(const Ends& ends) const {
    std::uint64_t words[sizeof(Ends) / 8];
    static_assert(sizeof words == sizeof ends);
    std::memcpy(words, &ends, sizeof words);
    std::uint64_t hash = 0;
    for (const auto word : words) hash = Mix()(hash + word);
    return hash;
  }
};

}  // namespace netstat
