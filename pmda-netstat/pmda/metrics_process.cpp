// netstat.proc.*, netstat.peer.*
#include "pmda/metrics.h"

namespace netstat {
namespace {

using agent::kBytes;
using agent::kCount;
using agent::kNoUnit;
using agent::Value;
using agent::value_of;

const ProcessRow& process(const View& view, std::size_t row) {
  return *view.rows.processes[row];
}

/// Of all protocols. What was counted of UDP and UNIX stays in the sum, so that
/// it never goes back.
template <auto Direction>
Value all_bytes(const View& view, std::size_t row) {
  const ProcessRow& shown = process(view, row);
  return bytes_or_none(view, shown.tcp.*Direction + shown.udp.*Direction +
                                 shown.unix_bytes.*Direction);
}

template <auto Direction>
Value tcp_bytes(const View& view, std::size_t row) {
  return bytes_or_none(view, process(view, row).tcp.*Direction);
}

template <auto Protocol, auto Direction>
Value volume(const View& view, std::size_t row) {
  const Status& status = view.summary.status;
  if (!status.no_volumes.empty()) return agent::Unavailable{PM_ERR_APPVERSION};
  if (!status.volumes_seen) return {};
  return process(view, row).*Protocol.*Direction;
}

Value process_intensity(const View& view, std::size_t row) {
  return bytes_or_none(view, value_of_intensity(process(view, row).intensity));
}

template <auto Member>
Value process_count(const View& view, std::size_t row) {
  return value_of(process(view, row).*Member);
}

const PeerRow& peer(const View& view, std::size_t row) {
  return *view.rows.peers[row];
}

Value peer_pid(const View& view, std::size_t row) {
  const ProcessRow* owner = peer(view, row).owner;
  return owner == nullptr ? Value{} : value_of(owner->process.pid);
}

Value peer_addr(const View& view, std::size_t row) {
  return address_text(peer(view, row).addr);
}

template <auto Direction>
Value peer_bytes(const View& view, std::size_t row) {
  return bytes_or_none(view, peer(view, row).bytes.*Direction);
}

Value peer_bytes_both(const View& view, std::size_t row) {
  const Bytes& bytes = peer(view, row).bytes;
  return bytes_or_none(view, bytes.in + bytes.out);
}

Value peer_intensity(const View& view, std::size_t row) {
  return bytes_or_none(view, value_of_intensity(peer(view, row).intensity));
}

Value peer_connections(const View& view, std::size_t row) {
  return value_of(peer(view, row).connections);
}

constexpr char kVolumeHelp[] =
    "Since netstat.control.volume was first set, by what the calls of the\n"
    "process returned. No value while it is 0.";

constexpr Metric kMetrics[] = {
    {{"proc.in.bytes", 1, 0, PM_TYPE_U64, kProcesses, PM_SEM_COUNTER, kBytes,
      "payload received",
      "All that the process received since the agent knows it: over TCP,\n"
      "connections that were closed included, and over UDP and UNIX if they\n"
      "are counted. The counter never goes back while the process lives."},
     all_bytes<&Bytes::in>},
    {{"proc.out.bytes", 1, 1, PM_TYPE_U64, kProcesses, PM_SEM_COUNTER, kBytes,
      "payload sent",
      "All that the process sent since the agent knows it: over TCP,\n"
      "connections that were closed included, and over UDP and UNIX if they\n"
      "are counted. The counter never goes back while the process lives."},
     all_bytes<&Bytes::out>},
    {{"proc.tcp.in.bytes", 1, 2, PM_TYPE_U64, kProcesses, PM_SEM_COUNTER,
      kBytes, "payload received over TCP",
      "As in netstat.conn.in.bytes, connections that were closed included."},
     tcp_bytes<&Bytes::in>},
    {{"proc.tcp.out.bytes", 1, 3, PM_TYPE_U64, kProcesses, PM_SEM_COUNTER,
      kBytes, "payload sent over TCP",
      "As in netstat.conn.out.bytes, connections that were closed included."},
     tcp_bytes<&Bytes::out>},
    {{"proc.udp.in.bytes", 1, 4, PM_TYPE_U64, kProcesses, PM_SEM_COUNTER,
      kBytes, "payload received over UDP", kVolumeHelp},
     volume<&ProcessRow::udp, &Bytes::in>},
    {{"proc.udp.out.bytes", 1, 5, PM_TYPE_U64, kProcesses, PM_SEM_COUNTER,
      kBytes, "payload sent over UDP", kVolumeHelp},
     volume<&ProcessRow::udp, &Bytes::out>},
    {{"proc.unix.in.bytes", 1, 6, PM_TYPE_U64, kProcesses, PM_SEM_COUNTER,
      kBytes, "bytes received over UNIX sockets", kVolumeHelp},
     volume<&ProcessRow::unix_bytes, &Bytes::in>},
    {{"proc.unix.out.bytes", 1, 7, PM_TYPE_U64, kProcesses, PM_SEM_COUNTER,
      kBytes, "bytes sent over UNIX sockets", kVolumeHelp},
     volume<&ProcessRow::unix_bytes, &Bytes::out>},
    {{"proc.intensity", 1, 8, PM_TYPE_DOUBLE, kProcesses, PM_SEM_INSTANT,
      kBytesPerSecond, "bytes a second in both directions, smoothed",
      "The rate of all that is counted of the process, smoothed as\n"
      "netstat.conn.intensity is."},
     process_intensity},
    {{"proc.conns", 1, 9, PM_TYPE_U32, kProcesses, PM_SEM_INSTANT, kCount,
      "connections that it has now",
      "As many instances of netstat.conn have its pid."},
     process_count<&ProcessRow::connections>},
    {{"proc.peers", 1, 10, PM_TYPE_U32, kProcesses, PM_SEM_INSTANT, kCount,
      "addresses that it is connected to now",
      "Different remote addresses of its connections."},
     process_count<&ProcessRow::peers>},
    {{"proc.closed", 1, 11, PM_TYPE_U64, kProcesses, PM_SEM_COUNTER, kCount,
      "TCP connections that ended",
      "Those that were too short to be seen by a sample included, unless\n"
      "netstat.agent.closes is none."},
     process_count<&ProcessRow::closed>},
    {{"peer.pid", 2, 0, PM_TYPE_U32, kPeers, PM_SEM_DISCRETE, kNoUnit,
      "the process", "Its process id, as in the instance's name."},
     peer_pid},
    {{"peer.addr", 2, 1, PM_TYPE_STRING, kPeers, PM_SEM_DISCRETE, kNoUnit,
      "the address that it talks to",
      "Without a port. An IPv4 address that an IPv6 socket uses is shown as\n"
      "IPv4."},
     peer_addr},
    {{"peer.in.bytes", 2, 2, PM_TYPE_U64, kPeers, PM_SEM_COUNTER, kBytes,
      "payload received from there",
      "By the process over TCP, and over UDP if it is counted, connections\n"
      "that were closed included."},
     peer_bytes<&Bytes::in>},
    {{"peer.out.bytes", 2, 3, PM_TYPE_U64, kPeers, PM_SEM_COUNTER, kBytes,
      "payload sent there",
      "By the process over TCP, and over UDP if it is counted, connections\n"
      "that were closed included."},
     peer_bytes<&Bytes::out>},
    {{"peer.bytes", 2, 4, PM_TYPE_U64, kPeers, PM_SEM_COUNTER, kBytes,
      "payload in both directions",
      "The sum of netstat.peer.in.bytes and netstat.peer.out.bytes."},
     peer_bytes_both},
    {{"peer.intensity", 2, 5, PM_TYPE_DOUBLE, kPeers, PM_SEM_INSTANT,
      kBytesPerSecond, "bytes a second in both directions, smoothed",
      "The rate of netstat.peer.bytes, smoothed as netstat.conn.intensity is."},
     peer_intensity},
    {{"peer.conns", 2, 6, PM_TYPE_U32, kPeers, PM_SEM_INSTANT, kCount,
      "connections that go there now",
      "As many instances of netstat.conn have this pid and remote address."},
     peer_connections},
};

}  // namespace

std::span<const Metric> process_metrics() {
  return kMetrics;
}

}  // namespace netstat
