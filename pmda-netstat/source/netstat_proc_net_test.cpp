// The tables of /proc/net: recorded ones, and broken lines.
#include <algorithm>
#include <cerrno>
#include <string>

#include <gtest/gtest.h>
#include <sys/socket.h>

#include "host/file.h"
#include "source/proc_net.h"

namespace netstat {
namespace {

std::vector<netstat_socket> parse(const std::string& table,
                                  std::uint8_t protocol, std::uint8_t family) {
  std::vector<netstat_socket> sockets;
  const auto parsed = parse_proc_net(table, protocol, family, sockets);
  EXPECT_TRUE(parsed) << parsed.error().text;
  return sockets;
}

std::vector<netstat_socket> parse_recorded(const std::string& name,
                                           std::uint8_t protocol,
                                           std::uint8_t family) {
  return parse(mosix::read_file(NETSTAT_CORPUS "/proc/" + name).value(),
               protocol, family);
}

TEST(ProcNet, ReadsTcp) {
  const auto sockets = parse_recorded("tcp", NETSTAT_TCP, AF_INET);
  ASSERT_EQ(sockets.size(), 2U);  // without the listener
  EXPECT_EQ(sockets[0].local_port, 50000);
  EXPECT_EQ(sockets[0].remote_port, 8080);
  EXPECT_EQ(sockets[0].inode, 4808258U);
  EXPECT_EQ(sockets[0].state, 1);
  EXPECT_EQ(sockets[0].family, AF_INET);
  EXPECT_EQ(sockets[0].protocol, NETSTAT_TCP);
  EXPECT_EQ(sockets[0].flags, 0);
  constexpr __u8 kLoopback[16] = {0, 0, 0,    0,    0,   0, 0, 0,
                                  0, 0, 0xff, 0xff, 127, 0, 0, 1};
  EXPECT_TRUE(std::equal(kLoopback, kLoopback + 16, sockets[0].local));
  EXPECT_EQ(sockets[1].inode, 4808259U);
}

TEST(ProcNet, ReadsTcp6) {
  const auto sockets = parse_recorded("tcp6", NETSTAT_TCP, AF_INET6);
  ASSERT_EQ(sockets.size(), 2U);
  EXPECT_EQ(sockets[0].inode, 0U);  // waits to be accepted
  EXPECT_EQ(sockets[1].local_port, 50001);
  EXPECT_EQ(sockets[1].remote_port, 8081);
  constexpr __u8 kLoopback[16] = {0, 0, 0, 0, 0, 0, 0, 0,
                                  0, 0, 0, 0, 0, 0, 0, 1};
  EXPECT_TRUE(std::equal(kLoopback, kLoopback + 16, sockets[1].local));
}

TEST(ProcNet, ReadsUdp) {
  const auto four = parse_recorded("udp", NETSTAT_UDP, AF_INET);
  ASSERT_EQ(four.size(), 1U);
  EXPECT_EQ(four[0].local_port, 5353);
  EXPECT_EQ(four[0].remote_port, 0);
  EXPECT_EQ(four[0].state, 7);
  const auto six = parse_recorded("udp6", NETSTAT_UDP, AF_INET6);
  ASSERT_EQ(six.size(), 1U);
  EXPECT_EQ(six[0].local_port, 53);
}

constexpr const char* kRow =
    "   0: 0100007F:C350 0100007F:1F90 {} 00000000:00000000 00:00000000 "
    "00000000     0        0 {} 2 0 20 0 0 10 -1\n";

TEST(ProcNet, PassesOverWhatHasNoDescriptor) {
  struct Case {
    const char* state;
    std::size_t sockets;
  };
  constexpr Case kCases[] = {{"01", 1}, {"02", 1}, {"03", 0}, {"04", 1},
                             {"06", 0}, {"08", 1}, {"0A", 0}, {"0C", 0}};
  for (const auto& c : kCases) {
    const auto table =
        "heading\n" + fmt::format(fmt::runtime(kRow), c.state, 5);
    EXPECT_EQ(parse(table, NETSTAT_TCP, AF_INET).size(), c.sockets) << c.state;
    EXPECT_EQ(parse(table, NETSTAT_UDP, AF_INET).size(), 1U) << c.state;
  }
}

TEST(ProcNet, ReadsAnEmptyTable) {
  EXPECT_TRUE(parse("", NETSTAT_TCP, AF_INET).empty());
  EXPECT_TRUE(parse("heading\n", NETSTAT_TCP, AF_INET).empty());
}

TEST(ProcNet, RefusesBrokenLines) {
  for (const std::string line :
       {"x", "0:", "0 0100007F:C350 0100007F:1F90 01 0:0 0:0 0 0 0 5",
        "0: 0100007F:C350", "0: 0100007F 0100007F:1F90 01 0:0 0:0 0 0 0 5",
        "0: 0100007:C350 0100007F:1F90 01 0:0 0:0 0 0 0 5",
        "0: 0100007F:C350 0100007F:1F90 01 0:0 0:0 0 0 0",
        "0: 0100007F:C350 0100007F:1F90 01 0:0 0:0 0 0 0 -5",
        "0: 0100007F:C350 0100007F:1F90 1FF 0:0 0:0 0 0 0 5",
        "0: 0100007F:C3500 0100007F:1F90 01 0:0 0:0 0 0 0 5",
        "0: 010000zF:C350 0100007F:1F90 01 0:0 0:0 0 0 0 5",
        "0: 00000000000000000000000001000000:1F91 0100007F:1F90 01 0:0 0:0 0 "
        "0 0 5"}) {
    std::vector<netstat_socket> sockets;
    const auto parsed =
        parse_proc_net("heading\n" + line, NETSTAT_TCP, AF_INET, sockets);
    ASSERT_FALSE(parsed) << line;
    EXPECT_EQ(parsed.error().code, EBADMSG) << line;
  }
}

}  // namespace
}  // namespace netstat
