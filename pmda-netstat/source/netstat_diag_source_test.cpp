// What only sock_diag tells: bytes, UNIX peers, cookies.
#include <algorithm>

#include <gtest/gtest.h>

#include "source/diag_dump.h"
#include "source/test_sources.h"

namespace netstat {
namespace {

constexpr int kEstablished = 1;
constexpr int kFinWait2 = 5;
constexpr int kCloseWait = 8;

TEST(DiagSourceTest, CountsEveryByte) {
  const auto source = made("diag");
  EXPECT_TRUE(source->counts_bytes());
  for (const int family : {AF_INET, AF_INET6}) {
    const Child child([&](Line line) {
      const auto made = connection(family);
      line.tell(inode_of(made.client.get()));
      line.tell(inode_of(made.server.get()));
      move(made.client, made.server, 1'000'003);
      move(made.server, made.client, 17);
      line.tell(0);
      line.hear();
      shutdown(made.client.get(), SHUT_WR);
      line.tell(0);
      line.hear();
    });
    const auto client_inode = child.hear();
    const auto server_inode = child.hear();
    child.hear();
    for (const int server_state : {kEstablished, kCloseWait}) {
      const auto reading = read_of(*source);
      const auto client = socket_of(reading, client_inode);
      const auto server = socket_of(reading, server_inode);
      EXPECT_EQ(client.out_bytes, 1'000'003U);
      EXPECT_EQ(client.in_bytes, 17U);
      EXPECT_EQ(server.in_bytes, 1'000'003U);
      EXPECT_EQ(server.out_bytes, 17U);
      EXPECT_EQ(server.state, server_state);
      EXPECT_EQ(server.flags, NETSTAT_HAS_BYTES | NETSTAT_HAS_TCP);
      EXPECT_GT(client.rtt_us, 0U);
      child.tell(0);
      if (server_state == kEstablished) child.hear();
    }
  }
}

bool is_listed(int state, std::uint16_t local_port) {
  DiagDump dump;
  std::vector<DiagSocket> found;
  require(dump.tcp(found).has_value(), "sock_diag");
  return std::any_of(found.begin(), found.end(), [&](const DiagSocket& it) {
    return it.socket.state == state && it.socket.local_port == local_port;
  });
}

// The kernel lists such sockets for a minute, and without counters.
TEST(DiagSourceTest, IsChosenAlthoughAClosedSocketWaitsForItsPeer) {
  const Fd from = listener(AF_INET);
  Fd client = connected(AF_INET, SOCK_STREAM, port_of(from.get()));
  const Fd server = accepted(from);
  const auto port = port_of(client.get());
  client = Fd();
  for (int i = 0; i < 500 && !is_listed(kFinWait2, port); ++i) usleep(10'000);
  ASSERT_TRUE(is_listed(kFinWait2, port));
  const auto source = make_diag_source(std::make_shared<Cookies>());
  EXPECT_TRUE(source) << source.error().text;
}

TEST(DiagSourceTest, KnowsThePeersOfUnixSockets) {
  const auto source = made("diag");
  const Child child([](Line line) {
    for (const int type : {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET}) {
      int ends[2];
      require(socketpair(AF_UNIX, type, 0, ends) == 0, "socketpair");
      line.tell(inode_of(ends[0]));
      line.tell(inode_of(ends[1]));
    }
    const Fd alone(socket(AF_UNIX, SOCK_DGRAM, 0));
    line.tell(inode_of(alone.get()));
    line.hear();
  });
  std::vector<std::uint64_t> inodes;
  for (int i = 0; i < 7; ++i) inodes.push_back(child.hear());
  const auto reading = read_of(*source);
  for (std::size_t i = 0; i < 6; ++i) {
    const auto socket = socket_of(reading, inodes[i]);
    EXPECT_EQ(socket.protocol, NETSTAT_UNIX);
    EXPECT_EQ(socket.family, AF_UNIX);
    EXPECT_EQ(socket.peer_inode, inodes[i ^ 1]);
    EXPECT_EQ(holders_of(reading, inodes[i]), Pids{child.pid()});
  }
  EXPECT_EQ(socket_of(reading, inodes[6]).inode, 0U);
}

// Bytes go to the new holder, from the first reading that sees any.
TEST(DiagSourceTest, FollowsADescriptorThatIsPassedOn) {
  const auto source = made("diag");
  int ends[2];
  require(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0, "socketpair");
  const Fd near(ends[0]);
  const Fd far(ends[1]);
  const Child taker([&](Line line) {
    const Fd taken = receive_fd(far.get());
    line.tell(0);
    line.hear();
    require(send(taken.get(), "abc", 3, 0) == 3, "send");
    line.tell(0);
    line.hear();
  });
  const Child giver([&](Line line) {
    auto made = connection();
    line.tell(inode_of(made.client.get()));
    line.hear();
    send_fd(near.get(), made.client.get());
    // As many descriptors as before.
    const int fd = made.client.get();
    require(dup2(near.get(), fd) == fd, "dup2");
    line.tell(0);
    line.hear();
  });
  const auto inode = giver.hear();
  read_of(*source);
  // By the second reading the holder is an old one.
  EXPECT_EQ(holders_of(read_of(*source), inode), Pids{giver.pid()});
  giver.tell(0);
  giver.hear();
  taker.hear();
  taker.tell(0);
  taker.hear();
  const auto reading = read_of(*source);
  EXPECT_EQ(holders_of(reading, inode), Pids{taker.pid()});
  EXPECT_EQ(socket_of(reading, inode).out_bytes, 3U);
}

TEST(DiagSourceTest, KeepsCookiesOneReadingLonger) {
  const auto cookies = std::make_shared<Cookies>();
  const auto source = made("diag", cookies);
  const Child child([](Line line) {
    auto made = connection();
    line.tell(inode_of(made.client.get()));
    line.hear();
    made = {};
    line.tell(0);
    line.hear();
  });
  const auto inode = child.hear();
  const auto known = [&] {
    return std::count_if(cookies->begin(), cookies->end(),
                         [&](const auto& c) { return c.second == inode; });
  };
  read_of(*source);
  EXPECT_EQ(known(), 1);
  child.tell(0);
  child.hear();
  read_of(*source);
  EXPECT_EQ(known(), 1);
  read_of(*source);
  EXPECT_EQ(known(), 0);
}

}  // namespace
}  // namespace netstat
