#include "source/proc_net.h"

#include <cerrno>
#include <cstring>
#include <optional>

#include <netinet/tcp.h>
#include <sys/socket.h>

#include "base/text.h"

namespace netstat {

using base::fail;
using base::Result;
using base::take_line;
using base::take_word;
using base::to_number;

namespace {

constexpr std::size_t kWordDigits = 8;
constexpr std::uint8_t kNewSynRecv = 12;  // not in <netinet/tcp.h>

bool has_descriptor(const netstat_socket& socket) {
  if (socket.protocol != NETSTAT_TCP) return true;
  return socket.state != TCP_LISTEN && socket.state != TCP_TIME_WAIT &&
         socket.state != TCP_SYN_RECV && socket.state != kNewSynRecv;
}

/// "0100007F:1F90": words of 32 bits as this machine reads them, then the port.
bool parse_end(std::string_view text, std::uint8_t family, __u8 (&address)[16],
               __u16& port) {
  const std::size_t words = family == AF_INET6 ? 4 : 1;
  const auto digits = words * kWordDigits;
  if (text.size() <= digits || text[digits] != ':') return false;
  __u8* to = address;
  if (family != AF_INET6) {
    address[10] = address[11] = 0xff;
    to += 12;
  }
  for (std::size_t i = 0; i < words; ++i) {
    const auto word =
        to_number<std::uint32_t>(text.substr(i * kWordDigits, kWordDigits), 16);
    if (!word) return false;
    std::memcpy(to + i * sizeof *word, &*word, sizeof *word);
  }
  const auto number = to_number<__u16>(text.substr(digits + 1), 16);
  port = number.value_or(0);
  return number.has_value();
}

std::optional<netstat_socket> parse_row(std::string_view line,
                                        std::uint8_t protocol,
                                        std::uint8_t family) {
  netstat_socket socket{};
  socket.protocol = protocol;
  socket.family = family;
  if (!take_word(line).ends_with(':')) return std::nullopt;
  if (!parse_end(take_word(line), family, socket.local, socket.local_port) ||
      !parse_end(take_word(line), family, socket.remote, socket.remote_port))
    return std::nullopt;
  const auto state = to_number<std::uint8_t>(take_word(line), 16);
  // Queues, timer, retransmissions, uid, timeout.
  for (int i = 0; i < 5; ++i) take_word(line);
  const auto inode = to_number<std::uint64_t>(take_word(line));
  if (!state || !inode) return std::nullopt;
  socket.state = *state;
  socket.inode = *inode;
  return socket;
}

}  // namespace

Result<void> parse_proc_net(std::string_view table, std::uint8_t protocol,
                            std::uint8_t family,
                            std::vector<netstat_socket>& sockets) {
  take_line(table);  // headings
  while (!table.empty()) {
    const auto line = take_line(table);
    const auto socket = parse_row(line, protocol, family);
    if (!socket)
      return fail(EBADMSG, fmt::format("not understood: \"{}\"", line));
    if (has_descriptor(*socket)) sockets.push_back(*socket);
  }
  return {};
}

}  // namespace netstat
