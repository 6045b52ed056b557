// netstat.conn.*
#include "ledger/address.h"
#include "pmda/metrics.h"

namespace netstat {
namespace {

using agent::kBytes;
using agent::kCount;
using agent::kNoUnit;
using agent::Value;
using agent::value_of;

const ConnectionRow& connection(const View& view, std::size_t row) {
  return *view.rows.connections[row];
}

const netstat_socket& socket_of(const View& view, std::size_t row) {
  return connection(view, row).socket;
}

template <auto Member>
Value owner(const View& view, std::size_t row) {
  const ProcessRow* process = connection(view, row).owner;
  if (process == nullptr) return {};
  return value_of(process->process.*Member);
}

template <auto Text>
Value text(const View& view, std::size_t row) {
  return std::string(Text(socket_of(view, row)));
}

bool has_addresses(const netstat_socket& socket) {
  return socket.protocol != NETSTAT_UNIX;
}

Value local_addr(const View& view, std::size_t row) {
  const netstat_socket& socket = socket_of(view, row);
  return has_addresses(socket) ? Value{address_text(socket.local)} : Value{};
}

Value local_port(const View& view, std::size_t row) {
  const netstat_socket& socket = socket_of(view, row);
  return has_addresses(socket) ? Value{std::uint64_t{socket.local_port}}
                               : Value{};
}

Value remote_addr(const View& view, std::size_t row) {
  const netstat_socket& socket = socket_of(view, row);
  return has_remote(socket) ? Value{address_text(socket.remote)} : Value{};
}

Value remote_port(const View& view, std::size_t row) {
  const netstat_socket& socket = socket_of(view, row);
  return has_remote(socket) ? Value{std::uint64_t{socket.remote_port}}
                            : Value{};
}

/// Only of processes that the viewer may see, too.
Value remote_pid(const View& view, std::size_t row) {
  const ConnectionRow* peer = connection(view, row).peer;
  if (peer == nullptr || peer->owner == nullptr || !view.eyes.see(peer->owner))
    return {};
  return value_of(peer->owner->process.pid);
}

/// No value for UDP and UNIX while they are not counted.
template <auto Member>
Value bytes(const View& view, std::size_t row) {
  const netstat_socket& socket = socket_of(view, row);
  if ((socket.flags & NETSTAT_HAS_BYTES) == 0) return bytes_or_none(view, {});
  return std::uint64_t{socket.*Member};
}

Value intensity(const View& view, std::size_t row) {
  const Value value = value_of_intensity(connection(view, row).intensity);
  return value.index() == 0 ? bytes_or_none(view, value) : value;
}

template <auto Member>
Value of_tcp(const View& view, std::size_t row) {
  const netstat_socket& socket = socket_of(view, row);
  if ((socket.flags & NETSTAT_HAS_TCP) == 0) return {};
  return value_of(socket.*Member);
}

constexpr Metric kMetrics[] = {
    {{"conn.pid", 0, 0, PM_TYPE_U32, kConnections, PM_SEM_DISCRETE, kNoUnit,
      "process that holds the socket",
      "If several processes hold it, the youngest of those that held it when\n"
      "it was first seen. If that one lets it go, the socket becomes a new\n"
      "instance with another one."},
     owner<&netstat_process::pid>},
    {{"conn.uid", 0, 1, PM_TYPE_U32, kConnections, PM_SEM_DISCRETE, kNoUnit,
      "user number of that process", "The real user id of netstat.conn.pid."},
     owner<&netstat_process::uid>},
    {{"conn.proto", 0, 2, PM_TYPE_STRING, kConnections, PM_SEM_DISCRETE,
      kNoUnit, "protocol: tcp, udp or unix",
      "IPv4 and IPv6 have the same names."},
     text<protocol_text>},
    {{"conn.state", 0, 3, PM_TYPE_STRING, kConnections, PM_SEM_INSTANT, kNoUnit,
      "state of the socket, as TCP's are named",
      "ESTABLISHED, CLOSE_WAIT and so on. UDP and UNIX sockets use some of\n"
      "TCP's states, too."},
     text<state_text>},
    {{"conn.local.addr", 0, 4, PM_TYPE_STRING, kConnections, PM_SEM_DISCRETE,
      kNoUnit, "address of this end",
      "An IPv4 address that an IPv6 socket uses is shown as IPv4. No value\n"
      "for UNIX sockets."},
     local_addr},
    {{"conn.local.port", 0, 5, PM_TYPE_U32, kConnections, PM_SEM_DISCRETE,
      kNoUnit, "port of this end", "No value for UNIX sockets."},
     local_port},
    {{"conn.remote.addr", 0, 6, PM_TYPE_STRING, kConnections, PM_SEM_DISCRETE,
      kNoUnit, "address of the other end",
      "As in netstat.conn.local.addr. No value for UNIX sockets, and for UDP\n"
      "sockets that are not connected."},
     remote_addr},
    {{"conn.remote.port", 0, 7, PM_TYPE_U32, kConnections, PM_SEM_DISCRETE,
      kNoUnit, "port of the other end",
      "No value for UNIX sockets, and for UDP sockets that are not connected."},
     remote_port},
    {{"conn.remote.pid", 0, 8, PM_TYPE_U32, kConnections, PM_SEM_INSTANT,
      kNoUnit, "process at the other end, if on this node",
      "No value if the other end is at another node or not known, or if its\n"
      "process is not one that the client may see."},
     remote_pid},
    {{"conn.in.bytes", 0, 9, PM_TYPE_U64, kConnections, PM_SEM_COUNTER, kBytes,
      "payload received",
      "For TCP since the connection was made, by the kernel's own count of\n"
      "what came in order, without headers. For UDP and UNIX what receiving\n"
      "calls returned since netstat.control.volume was first set, and no\n"
      "value while it is 0."},
     bytes<&netstat_socket::in_bytes>},
    {{"conn.out.bytes", 0, 10, PM_TYPE_U64, kConnections, PM_SEM_COUNTER,
      kBytes, "payload sent",
      "For TCP since the connection was made, without headers and without "
      "what\n"
      "was sent again. For UDP and UNIX what sending calls took since\n"
      "netstat.control.volume was first set, and no value while it is 0."},
     bytes<&netstat_socket::out_bytes>},
    {{"conn.intensity", 0, 11, PM_TYPE_DOUBLE, kConnections, PM_SEM_INSTANT,
      kBytesPerSecond, "bytes a second in both directions, smoothed",
      "An exponential mean of the rate with a time constant of 10 seconds:\n"
      "after a change of the rate it has gone 63 % of the way in 10 seconds,\n"
      "95 % in 30. It begins at 0, or with the rate at the second sample if "
      "the\n"
      "connection was there at the agent's first; until then it has no value."},
     intensity},
    {{"conn.rtt", 0, 12, PM_TYPE_U32, kConnections, PM_SEM_INSTANT,
      kMicroseconds, "round-trip time, as TCP estimates it",
      "The kernel's smoothed estimate. Only for TCP."},
     of_tcp<&netstat_socket::rtt_us>},
    {{"conn.retrans", 0, 13, PM_TYPE_U32, kConnections, PM_SEM_COUNTER, kCount,
      "segments sent again",
      "Of this end, since the connection was made. Only for TCP."},
     of_tcp<&netstat_socket::retrans>},
};

}  // namespace

std::span<const Metric> connection_metrics() {
  return kMetrics;
}

}  // namespace netstat
