// What both iterators tell of real processes and sockets.
#include <algorithm>
#include <cstring>
#include <thread>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bpf/test_child.h"
#include "bpf/test_sockets.h"
#include "bpf/test_tiers.h"
#include "host/proc_info.h"

namespace netstat {
namespace {

using namespace testing;
using mosix::Fd;

constexpr int kTcpEstablished = 1;
constexpr int kTcpClose = 7;

TEST_P(BpfSource, HasItsName) {
  EXPECT_STREQ(source_->name(), GetParam().name);
}

TEST_P(BpfSource, CountsTcpBytesExactly) {
  for (const int family : {AF_INET, AF_INET6}) {
    SCOPED_TRACE(family);
    const Pair pair = tcp_pair(family);
    move_bytes(pair.client, pair.server, 10'000'019);
    move_bytes(pair.server, pair.client, 7);
    read();
    const auto client = row_of(reading_, ::getpid(), inode_of(pair.client));
    const auto server = row_of(reading_, ::getpid(), inode_of(pair.server));
    EXPECT_EQ(client.socket.out_bytes, 10'000'019u);
    EXPECT_EQ(client.socket.in_bytes, 7u);
    EXPECT_EQ(server.socket.in_bytes, 10'000'019u);
    EXPECT_EQ(server.socket.out_bytes, 7u);
    EXPECT_EQ(client.socket.flags, NETSTAT_HAS_BYTES | NETSTAT_HAS_TCP);
    EXPECT_GT(client.socket.rtt_us, 0u);
    EXPECT_EQ(client.socket.protocol, NETSTAT_TCP);
    EXPECT_EQ(client.socket.state, kTcpEstablished);
    EXPECT_EQ(client.socket.family, family);
    EXPECT_EQ(client.socket.netns, own_netns());
    EXPECT_EQ(client.socket.local_port, local_port_of(pair.client));
    EXPECT_EQ(client.socket.remote_port, local_port_of(pair.server));
    EXPECT_EQ(server.socket.local_port, local_port_of(pair.server));
    EXPECT_EQ(server.socket.remote_port, local_port_of(pair.client));
    const in6_addr mapped = {
        {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 127, 0, 0, 1}}};
    const in6_addr& expected = family == AF_INET ? mapped : in6addr_loopback;
    EXPECT_EQ(std::memcmp(client.socket.local, &expected, 16), 0);
    EXPECT_EQ(std::memcmp(client.socket.remote, &expected, 16), 0);
  }
}

TEST_P(BpfSource, DoesNotCountTheEndOfAStreamAsAByte) {
  const Pair pair = tcp_pair(AF_INET);
  move_bytes(pair.client, pair.server, 1000);
  ::shutdown(pair.client.get(), SHUT_WR);
  char none;
  ASSERT_EQ(::recv(pair.server.get(), &none, 1, 0), 0);
  read();
  EXPECT_EQ(row_of(reading_, ::getpid(), inode_of(pair.server)).socket.in_bytes,
            1000u);
  EXPECT_EQ(
      row_of(reading_, ::getpid(), inode_of(pair.client)).socket.out_bytes,
      1000u);
}

TEST_P(BpfSource, CountsSendfile) {
  constexpr std::size_t kSize = 300'000;
  const Fd file(::memfd_create("payload", MFD_CLOEXEC));
  ASSERT_EQ(::ftruncate(file.get(), kSize), 0);
  const Pair pair = tcp_pair(AF_INET);
  std::thread receiver([&] { receive_bytes(pair.server, kSize); });
  std::size_t sent = 0;
  while (sent < kSize)
    sent += static_cast<std::size_t>(
        ::sendfile(pair.client.get(), file.get(), nullptr, kSize - sent));
  receiver.join();
  read();
  EXPECT_EQ(
      row_of(reading_, ::getpid(), inode_of(pair.client)).socket.out_bytes,
      kSize);
  EXPECT_EQ(row_of(reading_, ::getpid(), inode_of(pair.server)).socket.in_bytes,
            kSize);
}

TEST_P(BpfSource, ListsUdpSockets) {
  const Pair pair = udp_pair(AF_INET6);
  const Fd alone = udp_socket(AF_INET);
  read();
  const auto row = row_of(reading_, ::getpid(), inode_of(pair.client));
  EXPECT_EQ(row.socket.protocol, NETSTAT_UDP);
  EXPECT_EQ(row.socket.local_port, local_port_of(pair.client));
  EXPECT_EQ(row.socket.remote_port, local_port_of(pair.server));
  EXPECT_EQ(row.socket.flags, 0);
  const auto other = row_of(reading_, ::getpid(), inode_of(alone));
  EXPECT_EQ(other.socket.local_port, local_port_of(alone));
  EXPECT_EQ(other.socket.remote_port, 0);
}

TEST_P(BpfSource, ListsUnixSocketsWithTheirPeers) {
  for (const int type : {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET}) {
    const Pair pair = unix_pair(type);
    read();
    const auto row = row_of(reading_, ::getpid(), inode_of(pair.client));
    EXPECT_EQ(row.socket.protocol, NETSTAT_UNIX);
    EXPECT_EQ(row.socket.family, AF_UNIX);
    EXPECT_EQ(row.socket.peer_inode, inode_of(pair.server));
    EXPECT_EQ(row.socket.local_port, 0);
  }
}

TEST_P(BpfSource, LeavesOutSocketsThatAreNotConnected) {
  const Fd listener = tcp_listener(AF_INET);
  const Fd tcp(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const Fd udp(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const Fd local(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const Fd netlink(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0));
  read();
  for (const Fd* socket : {&listener, &tcp, &udp, &local, &netlink})
    for (const auto& row : rows_of(reading_, ::getpid()))
      EXPECT_NE(row.socket.inode, inode_of(*socket));
}

TEST_P(BpfSource, KeepsAResetConnectionUntilItIsClosed) {
  Pair pair = tcp_pair(AF_INET);
  move_bytes(pair.server, pair.client, 55);
  reset_at_close(pair.server);
  pair.server.reset();
  read();
  const auto row = row_of(reading_, ::getpid(), inode_of(pair.client));
  EXPECT_EQ(row.socket.state, kTcpClose);
  EXPECT_EQ(row.socket.in_bytes, 55u);
  EXPECT_EQ(row.socket.local_port, local_port_of(pair.client));
}

TEST_P(BpfSource, TellsTheProcess) {
  const Pair pair = tcp_pair(AF_INET);
  Child child([&](const Talk& talk) {
    ::pthread_setname_np(::pthread_self(), "a (child) x");
    become_nobody();
    talk.say(1);
    talk.hear();
  });
  child.hear();
  read();
  const auto row = row_of(reading_, child.pid(), inode_of(pair.client));
  EXPECT_STREQ(row.process.comm, "a (child) x");
  EXPECT_EQ(row.process.uid, 65534u);
  const auto stat = mosix::read_stat(child.pid());
  ASSERT_TRUE(stat);
  EXPECT_EQ(row.process.start_ticks, stat->start_ticks);
  // Its parent holds the same socket.
  EXPECT_EQ(row_of(reading_, ::getpid(), inode_of(pair.client)).process.pid,
            static_cast<unsigned>(::getpid()));
}

INSTANTIATE_TEST_SUITE_P(Tiers, BpfSource, both_tiers(), tier_name);

// Of processes that stand still; those of the machine may come and go.
TEST(BpfSources, ListTheSame) {
  auto walk = make_walk_source();
  auto task_file = make_task_file_source();
  if (!walk || !task_file) GTEST_SKIP() << "one of them does not load here";
  Child child([](const Talk& talk) {
    std::vector<Pair> pairs;
    for (int i = 0; i < 20; ++i) {
      pairs.push_back(tcp_pair(i % 2 == 0 ? AF_INET : AF_INET6));
      pairs.push_back(udp_pair(i % 2 == 0 ? AF_INET : AF_INET6));
      pairs.push_back(unix_pair(SOCK_DGRAM));
    }
    talk.say(1);
    talk.hear();
  });
  child.hear();
  Reading one;
  Reading two;
  ASSERT_TRUE((*walk)->read(one));
  ASSERT_TRUE((*task_file)->read(two));
  auto ones = rows_of(one, child.pid());
  auto twos = rows_of(two, child.pid());
  ASSERT_EQ(ones.size(), 120u);
  ASSERT_EQ(twos.size(), ones.size());
  const auto by_inode = [](const Row& a, const Row& b) {
    return a.socket.inode < b.socket.inode;
  };
  std::ranges::sort(ones, by_inode);
  std::ranges::sort(twos, by_inode);
  for (std::size_t i = 0; i < ones.size(); ++i) {
    EXPECT_EQ(
        std::memcmp(&ones[i].process, &twos[i].process, sizeof ones[i].process),
        0);
    EXPECT_EQ(
        std::memcmp(&ones[i].socket, &twos[i].socket, sizeof ones[i].socket),
        0);
  }
}

}  // namespace
}  // namespace netstat
