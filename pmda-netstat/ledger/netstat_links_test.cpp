// The two ends of a connection on this node.
#include <gtest/gtest.h>

#include "ledger/scene.h"

namespace netstat {
namespace {

const auto kA = process(10);
const auto kB = process(11, 200);

netstat_socket end(std::uint64_t inode, bool server, std::uint32_t netns,
                   const char* address = "10.0.0.") {
  const auto a = std::string(address) + "1";
  const auto b = std::string(address) + "2";
  return server ? between(tcp(inode), b.c_str(), 80, a.c_str(), 5000, netns)
                : between(tcp(inode), a.c_str(), 5000, b.c_str(), 80, netns);
}

netstat_socket as_udp(netstat_socket s) {
  s.protocol = NETSTAT_UDP;
  return s;
}

TEST(Links, OfOneSample) {
  const struct {
    const char* name;
    std::vector<netstat_socket> sockets;
    /// Inode of the other end of each, 0: none.
    std::vector<std::uint64_t> peers;
  } kRows[] = {
      {"same namespace", {end(1, false, 1), end(2, true, 1)}, {2, 1}},
      {"unknown namespaces", {end(1, false, 0), end(2, true, 0)}, {2, 1}},
      {"udp", {as_udp(end(1, false, 1)), as_udp(end(2, true, 1))}, {2, 1}},
      {"protocols differ", {end(1, false, 1), as_udp(end(2, true, 1))}, {0, 0}},
      {"same side", {end(1, false, 1), end(2, false, 2)}, {0, 0}},
      {"another namespace", {end(1, false, 1), end(2, true, 2)}, {2, 1}},
      {"two namespaces with such an end",
       {end(1, false, 1), end(2, true, 2), end(3, true, 3)},
       {0, 0, 0}},
      {"the same namespace first",
       {end(1, false, 1), end(2, true, 2), end(3, true, 1)},
       {3, 0, 1}},
      {"two pairs",
       {end(1, false, 1), end(2, false, 2), end(3, true, 2), end(4, true, 1)},
       {4, 3, 2, 1}},
      {"loopback elsewhere",
       {end(1, false, 1, "127.0.0."), end(2, true, 2, "127.0.0.")},
       {0, 0}},
      {"loopback", {end(1, false, 1, "::"), end(2, true, 1, "::")}, {2, 1}},
      {"unix", {local(1, 2), local(2, 1)}, {2, 1}},
      {"unix, one knows", {local(1, 0), local(2, 1)}, {2, 1}},
      {"unix, a third", {local(1, 2), local(2, 1), local(3, 2)}, {2, 1, 0}},
      {"loopback at one end elsewhere",
       {between(tcp(1), "127.0.0.1", 5000, "10.0.0.2", 80, 1),
        between(tcp(2), "10.0.0.2", 80, "127.0.0.1", 5000, 2)},
       {0, 0}},
      {"itself", {between(tcp(1), "127.0.0.1", 7, "127.0.0.1", 7)}, {0}},
  };
  for (const auto& row : kRows) {
    SCOPED_TRACE(row.name);
    Scene s;
    s.holds(kA, row.sockets);
    s.sample();
    for (std::size_t i = 0; i < row.sockets.size(); ++i) {
      const auto* found = s.row(row.sockets[i].inode);
      ASSERT_NE(found, nullptr);
      EXPECT_EQ(found->peer == nullptr ? 0 : found->peer->socket.inode,
                row.peers[i])
          << found->name;
    }
  }
}

TEST(Links, AreMadeAndPartedLater) {
  Scene s;
  s.holds(kA, {end(1, false, 1), local(5, 6)});
  s.sample();
  EXPECT_EQ(s.row(1)->peer, nullptr);
  s.holds(kA, {end(1, false, 1), local(5, 6)});
  s.holds(kB, {end(2, true, 1), local(6, 5)});
  s.sample();
  EXPECT_EQ(s.row(1)->peer, s.row(2));
  EXPECT_EQ(s.row(2)->peer, s.row(1));
  EXPECT_EQ(s.row(5)->peer, s.row(6));
  s.holds(kA, {end(1, false, 1)});
  s.sample();
  EXPECT_EQ(s.row(1)->peer, nullptr);
  s.holds(kB, {end(2, true, 1)});
  s.holds(kA, {end(1, false, 1)});
  s.sample();
  EXPECT_EQ(s.row(1)->peer, s.row(2));
}

TEST(Links, TheSameNamespaceWinsLater) {
  Scene s;
  s.holds(kA, {end(1, false, 1), end(2, true, 2)});
  s.sample();
  EXPECT_EQ(s.row(1)->peer, s.row(2));
  s.holds(kA, {end(1, false, 1), end(2, true, 2), end(3, true, 1)});
  s.sample();
  EXPECT_EQ(s.row(1)->peer, s.row(3));
  EXPECT_EQ(s.row(3)->peer, s.row(1));
  EXPECT_EQ(s.row(2)->peer, nullptr);
}

TEST(Links, FollowANewOwner) {
  Scene s;
  s.holds(kA, {end(1, false, 1), end(2, true, 1), local(5, 6), local(6, 5)});
  s.sample();
  s.holds(kA, {end(1, false, 1), local(5, 6)});
  s.holds(kB, {end(2, true, 1), local(6, 5)});
  s.sample();
  ASSERT_NE(s.row(1)->peer, nullptr);
  EXPECT_EQ(s.row(1)->peer, s.row(2));
  EXPECT_EQ(s.row(1)->peer->owner->process.pid, 11u);
  EXPECT_EQ(s.row(5)->peer, s.row(6));
}

}  // namespace
}  // namespace netstat
