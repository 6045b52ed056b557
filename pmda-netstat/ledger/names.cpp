#include "ledger/names.h"

#include <array>
#include <cstring>

#include <arpa/inet.h>
#include <fmt/format.h>

#include "base/process_name.h"
#include "ledger/address.h"
#include "ledger/ledger.h"

namespace netstat {

namespace {

/// "10.0.0.1:80", "[2001:db8::1]:80"; "*" for an end that is nobody yet.
std::string end_text(const std::uint8_t (&addr)[16], std::uint16_t port) {
  if (port == 0 && is_unspecified(addr)) return "*";
  return is_mapped(addr) ? fmt::format("{}:{}", address_text(addr), port)
                         : fmt::format("[{}]:{}", address_text(addr), port);
}

}  // namespace

std::string address_text(const std::uint8_t (&addr)[16]) {
  char text[INET6_ADDRSTRLEN] = {};
  if (is_mapped(addr))
    inet_ntop(AF_INET, addr + 12, text, sizeof text);
  else
    inet_ntop(AF_INET6, addr, text, sizeof text);
  return text;
}

std::string connection_text(const netstat_socket& socket) {
  if (socket.protocol == NETSTAT_UNIX)
    return fmt::format("unix/{}-{}", socket.inode, socket.peer_inode);
  return fmt::format("{}/{}-{}/{}", protocol_text(socket),
                     end_text(socket.local, socket.local_port),
                     end_text(socket.remote, socket.remote_port), socket.inode);
}

std::string_view command_of(const netstat_process& process) {
  return {process.comm, strnlen(process.comm, sizeof process.comm)};
}

const char* protocol_text(const netstat_socket& socket) {
  switch (socket.protocol) {
    case NETSTAT_TCP:
      return "tcp";
    case NETSTAT_UDP:
      return "udp";
    case NETSTAT_UNIX:
      return "unix";
    default:
      return "unknown";
  }
}

const char* state_text(const netstat_socket& socket) {
  constexpr std::array<const char*, 13> kStates = {
      "UNKNOWN",   "ESTABLISHED", "SYN_SENT",    "SYN_RECV",   "FIN_WAIT1",
      "FIN_WAIT2", "TIME_WAIT",   "CLOSE",       "CLOSE_WAIT", "LAST_ACK",
      "LISTEN",    "CLOSING",     "NEW_SYN_RECV"};
  if (socket.state >= kStates.size()) return kStates[0];
  if (socket.protocol != NETSTAT_TCP && socket.state == kClose)
    return "UNCONNECTED";
  return kStates[socket.state];
}

std::string process_name(const netstat_process& process) {
  return base::process_name(static_cast<int>(process.pid), command_of(process));
}

std::string connection_name(const netstat_process& process,
                            const netstat_socket& socket) {
  return fmt::format("{:06}/{}", process.pid, connection_text(socket));
}

std::string peer_name(const netstat_process& process,
                      const std::uint8_t (&addr)[16]) {
  return fmt::format("{:06}/{}", process.pid, address_text(addr));
}

}  // namespace netstat
