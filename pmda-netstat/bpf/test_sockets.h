// Sockets for tests, on the loopback device of the network namespace that the
// process is in. All throw when the kernel refuses.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <sys/types.h>

#include "host/fd.h"
#include "source/source.h"

namespace netstat::testing {

struct Pair {
  mosix::Fd client;
  mosix::Fd server;  ///< accepted, for TCP
};
/// Of AF_INET or AF_INET6.
Pair tcp_pair(int family);
Pair udp_pair(int family);  ///< both ends are connected
Pair unix_pair(int type);   ///< SOCK_STREAM …
/// Not connected, at a port of its own.
mosix::Fd udp_socket(int family);
/// To the address of the other one.
void connect_to(const mosix::Fd& socket, const mosix::Fd& other);

/// A listening TCP socket at a port of its own, and a connection to it.
mosix::Fd tcp_listener(int family);
mosix::Fd tcp_connect(const mosix::Fd& listener);
mosix::Fd tcp_accept(const mosix::Fd& listener);

/// `size` bytes, in calls of at most `step`.
void send_bytes(const mosix::Fd& socket, std::size_t size,
                std::size_t step = 65536);
/// Waits half a minute at most.
void receive_bytes(const mosix::Fd& socket, std::size_t size);
/// Both at once, in one process.
void move_bytes(const mosix::Fd& from, const mosix::Fd& to, std::size_t size);
/// close() will send a reset.
void reset_at_close(const mosix::Fd& socket);

std::uint64_t inode_of(const mosix::Fd& socket);
std::uint16_t local_port_of(const mosix::Fd& socket);
std::uint32_t own_netns();

/// A row of a reading.
struct Row {
  netstat_process process;
  netstat_socket socket;
};
/// All rows of a process.
std::vector<Row> rows_of(const Reading& reading, pid_t pid);
/// Throws if there is none, or more than one.
Row row_of(const Reading& reading, pid_t pid, std::uint64_t inode);

}  // namespace netstat::testing
