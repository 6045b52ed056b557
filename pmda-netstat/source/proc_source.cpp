// Sockets by the tables of /proc/net, their processes by /proc.
#include <cerrno>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <sys/socket.h>

#include "host/file.h"
#include "source/net_namespace.h"
#include "source/owners.h"
#include "source/proc_net.h"
#include "source/source.h"

namespace netstat {

using base::fail;
using base::Result;

namespace {

struct Table {
  const char* path;
  std::uint8_t protocol;
  std::uint8_t family;
};
constexpr Table kTables[] = {
    {"/proc/thread-self/net/tcp", NETSTAT_TCP, AF_INET},
    {"/proc/thread-self/net/tcp6", NETSTAT_TCP, AF_INET6},
    {"/proc/thread-self/net/udp", NETSTAT_UDP, AF_INET},
    {"/proc/thread-self/net/udp6", NETSTAT_UDP, AF_INET6},
};

class ProcSource : public Source {
 public:
  ProcSource() : netns_(own_net_namespace()) {}

  const char* name() const override { return "proc"; }
  bool counts_bytes() const override { return false; }

  Result<void> read(Reading& reading) override {
    reading.clear();
    if (auto listed = list(); !listed) return listed;
    return owners_.fill(sockets_, std::chrono::steady_clock::now(), reading);
  }

  Result<void> list() {
    sockets_.clear();
    for (const auto& table : kTables) {
      const auto text = mosix::read_file(table.path);
      // A kernel without IPv6 has no such table.
      if (!text && text.error().code == ENOENT && table.family == AF_INET6)
        continue;
      if (!text) return tl::make_unexpected(text.error());
      auto parsed =
          parse_proc_net(*text, table.protocol, table.family, sockets_);
      if (!parsed)
        return fail(parsed.error().code,
                    fmt::format("{}: {}", table.path, parsed.error().text));
    }
    for (auto& socket : sockets_) socket.netns = netns_;
    return {};
  }

 private:
  std::uint32_t netns_;
  Owners owners_;
  std::vector<netstat_socket> sockets_;
};

}  // namespace

Result<std::unique_ptr<Source>> make_proc_source() {
  auto source = std::make_unique<ProcSource>();
  if (auto listed = source->list(); !listed)
    return tl::make_unexpected(listed.error());
  return source;
}

}  // namespace netstat
