// libFuzzer's target: tables of /proc/net and links of descriptors.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <sys/socket.h>

#include "source/proc_fds.h"
#include "source/proc_net.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using namespace netstat;
  const std::string text(data, data + size);
  for (const auto family : {AF_INET, AF_INET6}) {
    for (const auto protocol : {NETSTAT_TCP, NETSTAT_UDP}) {
      std::vector<netstat_socket> sockets;
      static_cast<void>(
          parse_proc_net(text, static_cast<std::uint8_t>(protocol),
                         static_cast<std::uint8_t>(family), sockets));
      for (const auto& socket : sockets)
        if (socket.family != family || socket.flags != 0) std::abort();
    }
  }
  const auto inode = socket_inode(text);
  if (inode && !text.ends_with(']')) std::abort();
  return 0;
}
