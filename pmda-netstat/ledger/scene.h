// A stage for tests of the ledger: processes that live or not, and samples made
// by hand.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <initializer_list>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <arpa/inet.h>

#include "ledger/ledger.h"

namespace netstat {

inline constexpr std::uint8_t kEstablished = 1;
inline constexpr std::uint8_t kSynSentState = 2;
inline constexpr std::uint8_t kClosed = 7;

/// Knows who lives because the test says so.
class FakeLiveness : public Liveness {
 public:
  std::map<pid_t, std::uint64_t> alive;
  std::map<pid_t, std::uint64_t> watched;
  int strays = 0;  ///< times that unwatch() named one that was not watched

  bool watch(pid_t pid, std::uint64_t start_ticks) override {
    const auto at = alive.find(pid);
    if (at == alive.end() || at->second != start_ticks) return false;
    watched[pid] = start_ticks;
    return true;
  }
  void unwatch(pid_t pid) override {
    if (watched.erase(pid) == 0) ++strays;
  }
  std::vector<pid_t> ended() override {
    std::vector<pid_t> gone;
    for (const auto& [pid, start] : watched) {
      const auto at = alive.find(pid);
      if (at == alive.end() || at->second != start) gone.push_back(pid);
    }
    for (const auto pid : gone) watched.erase(pid);
    return gone;
  }
};

inline void set_address(std::uint8_t (&addr)[16], const char* text) {
  if (inet_pton(AF_INET6, text, addr) == 1) return;
  std::memset(addr, 0, 10);
  std::memset(addr + 10, 0xff, 2);
  inet_pton(AF_INET, text, addr + 12);
}

inline netstat_process process(std::uint32_t pid, std::uint64_t start = 100,
                               const char* comm = "job") {
  netstat_process p{};
  p.pid = pid;
  p.uid = 1000;
  p.start_ticks = start;
  std::snprintf(p.comm, sizeof p.comm, "%s", comm);
  return p;
}

/// Of TCP, from 10.0.0.1:5000 to 10.0.0.2:80 if nothing else is set.
inline netstat_socket tcp(std::uint64_t inode, std::uint64_t in = 0,
                          std::uint64_t out = 0,
                          std::uint8_t state = kEstablished) {
  netstat_socket s{};
  s.inode = inode;
  s.in_bytes = in;
  s.out_bytes = out;
  s.netns = 1;
  s.protocol = NETSTAT_TCP;
  s.state = state;
  s.flags = NETSTAT_HAS_BYTES;
  s.local_port = 5000;
  s.remote_port = 80;
  set_address(s.local, "10.0.0.1");
  set_address(s.remote, "10.0.0.2");
  return s;
}

inline netstat_socket between(netstat_socket s, const char* local,
                              std::uint16_t local_port, const char* remote,
                              std::uint16_t remote_port,
                              std::uint32_t netns = 1) {
  set_address(s.local, local);
  set_address(s.remote, remote);
  s.local_port = local_port;
  s.remote_port = remote_port;
  s.netns = netns;
  return s;
}

inline netstat_socket udp(std::uint64_t inode) {
  auto s = tcp(inode);
  s.protocol = NETSTAT_UDP;
  s.flags = 0;
  return s;
}

inline netstat_socket local(std::uint64_t inode, std::uint64_t peer) {
  netstat_socket s{};
  s.inode = inode;
  s.peer_inode = peer;
  s.protocol = NETSTAT_UNIX;
  s.state = kEstablished;
  return s;
}

inline netstat_close closed(const netstat_socket& socket,
                            netstat_owner owner = NETSTAT_OWNER_UNKNOWN,
                            const netstat_process& who = {}) {
  netstat_close c{};
  c.socket = socket;
  c.socket.state = kClosed;
  c.owner = owner;
  c.process = who;
  return c;
}

inline netstat_volume volume(const netstat_process& who,
                             const netstat_socket& socket, std::uint64_t in,
                             std::uint64_t out) {
  netstat_volume v{};
  v.process = who;
  v.inode = socket.inode;
  v.in_bytes = in;
  v.out_bytes = out;
  v.protocol = socket.protocol;
  v.local_port = socket.local_port;
  v.remote_port = socket.remote_port;
  if (socket.remote_port != 0) std::memcpy(v.remote, socket.remote, 16);
  return v;
}

class Scene {
 public:
  FakeLiveness liveness;
  Ledger ledger{liveness};
  std::vector<netstat_close> closes;    ///< of the next sample
  std::vector<netstat_volume> volumes;  ///< stay until they are changed
  bool volumes_on = false;

  /// A process of the next sample, which lives.
  void holds(const netstat_process& who,
             std::initializer_list<netstat_socket> sockets) {
    holds(who, std::vector<netstat_socket>(sockets));
  }
  void holds(const netstat_process& who,
             const std::vector<netstat_socket>& sockets) {
    liveness.alive[static_cast<pid_t>(who.pid)] = who.start_ticks;
    reading.holders.push_back({who, reading.sockets.size(), sockets.size()});
    reading.sockets.insert(reading.sockets.end(), sockets.begin(),
                           sockets.end());
  }
  void lives(const netstat_process& who) {
    liveness.alive[static_cast<pid_t>(who.pid)] = who.start_ticks;
  }
  void dies(std::uint32_t pid) {
    liveness.alive.erase(static_cast<pid_t>(pid));
  }

  /// Applies what was said since the last one, `seconds` after it.
  void sample(double seconds = 1) {
    time += std::chrono::duration_cast<std::chrono::nanoseconds>(
        std::chrono::duration<double>(seconds));
    ledger.apply({reading, closes, volumes, volumes_on, time});
    reading.clear();
    closes.clear();
  }

  const ProcessRow* process_row(std::uint32_t pid) const {
    for (const auto* row : ledger.processes())
      if (row->process.pid == pid) return row;
    return nullptr;
  }
  const ConnectionRow* row(std::uint64_t inode) const {
    for (const auto* row : ledger.connections())
      if (row->socket.inode == inode) return row;
    return nullptr;
  }
  const PeerRow* peer(std::string_view name) const {
    for (const auto* row : ledger.peers())
      if (row->name == name) return row;
    return nullptr;
  }
  /// "tcp in/out closed", or "gone".
  std::string books_of(std::uint32_t pid) const {
    const auto* row = process_row(pid);
    if (row == nullptr) return "gone";
    return std::to_string(row->tcp.in) + "/" + std::to_string(row->tcp.out) +
           " " + std::to_string(row->closed);
  }
  /// "counted in/out, unattributed in/out, closes".
  std::string totals() const {
    const auto& t = ledger.totals();
    return std::to_string(t.counted.in) + "/" + std::to_string(t.counted.out) +
           ", " + std::to_string(t.unattributed.in) + "/" +
           std::to_string(t.unattributed.out) + ", " + std::to_string(t.closes);
  }

  Reading reading;
  std::chrono::steady_clock::time_point time{std::chrono::hours(1)};
};

}  // namespace netstat
