// libFuzzer's target: whatever comes over netlink, the parsers stay within it,
// and what they find is plausible.
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "source/diag_parse.h"

namespace {

void parse(netstat::Message payload) {
  using namespace netstat;
  for (const auto protocol : {NETSTAT_TCP, NETSTAT_UDP}) {
    const auto found = parse_inet(payload, static_cast<std::uint8_t>(protocol));
    if (found && found->socket.protocol != protocol) std::abort();
  }
  const auto ended = parse_destroyed(payload);
  if (ended && ended->socket.remote_port == 0 && ended->socket.flags != 0)
    std::abort();
  const auto pair = parse_unix(payload);
  if (pair && pair->socket.local_port != 0) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  // Of its own size, and aligned as a receive buffer is.
  std::vector<std::byte> datagram(size);
  if (size > 0) std::memcpy(datagram.data(), data, size);
  std::uint32_t sequence = 0;
  constexpr std::size_t kSequenceAt = 8;
  if (size >= kSequenceAt + sizeof sequence)
    std::memcpy(&sequence, data + kSequenceAt, sizeof sequence);
  std::vector<netstat::Message> payloads;
  static_cast<void>(netstat::split_dump(datagram, sequence, payloads));
  static_cast<void>(netstat::split_tidings(datagram, payloads));
  for (const auto payload : payloads) parse(payload);
  parse(datagram);
  return 0;
}
