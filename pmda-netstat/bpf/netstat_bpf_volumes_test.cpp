// The programs at sock_send_length and sock_recv_length against real sockets.
#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bpf/test_child.h"
#include "bpf/test_sockets.h"
#include "source/volumes.h"

namespace netstat {
namespace {

using namespace testing;
using mosix::Fd;

using Entries = std::vector<netstat_volume>;

/// Of a process and a socket; throws if there is not one.
netstat_volume entry_of(const Entries& entries, pid_t pid,
                        std::uint64_t inode) {
  Entries found;
  for (const netstat_volume& entry : entries)
    if (entry.process.pid == static_cast<unsigned>(pid) && entry.inode == inode)
      found.push_back(entry);
  if (found.size() != 1)
    throw std::runtime_error("socket " + std::to_string(inode) + " of " +
                             std::to_string(pid) + " is counted " +
                             std::to_string(found.size()) + " times");
  return found.front();
}

class BpfVolumes : public ::testing::Test {
 protected:
  void SetUp() override {
    auto made = make_bpf_volumes();
    if (!made && made.error().code == EPERM) GTEST_SKIP() << made.error().text;
    ASSERT_TRUE(made) << made.error().text;
    volumes_ = std::move(*made);
  }

  void set(bool on) {
    const auto done = volumes_->set(on);
    ASSERT_TRUE(done) << done.error().text;
    EXPECT_EQ(volumes_->on(), on);
  }
  const Entries& read() {
    const auto done = volumes_->read(entries_);
    EXPECT_TRUE(done) << done.error().text;
    return entries_;
  }
  /// Of this process.
  netstat_volume entry(const Fd& socket) {
    return entry_of(read(), ::getpid(), inode_of(socket));
  }
  bool counted(const Fd& socket) {
    return std::ranges::any_of(read(), [&](const netstat_volume& entry) {
      return entry.inode == inode_of(socket);
    });
  }

  std::unique_ptr<Volumes> volumes_;
  Entries entries_;
};

TEST_F(BpfVolumes, CountUnixSocketsExactly) {
  set(true);
  for (const int type : {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET}) {
    SCOPED_TRACE(type);
    const Pair pair = unix_pair(type);
    move_bytes(pair.client, pair.server, 1'000'003);
    move_bytes(pair.server, pair.client, 17);
    const auto client = entry(pair.client);
    const auto server = entry(pair.server);
    EXPECT_EQ(client.out_bytes, 1'000'003u);
    EXPECT_EQ(client.in_bytes, 17u);
    EXPECT_EQ(server.in_bytes, 1'000'003u);
    EXPECT_EQ(server.out_bytes, 17u);
    EXPECT_EQ(client.protocol, NETSTAT_UNIX);
    EXPECT_EQ(client.local_port, 0);
    EXPECT_EQ(client.remote_port, 0);
    EXPECT_EQ(client.process.uid, ::getuid());
  }
  EXPECT_EQ(volumes_->lost_bytes(), 0u);
}

TEST_F(BpfVolumes, CountUdpExactly) {
  set(true);
  for (const int family : {AF_INET, AF_INET6}) {
    SCOPED_TRACE(family);
    const Pair pair = udp_pair(family);
    move_bytes(pair.client, pair.server, 100'001);
    const auto client = entry(pair.client);
    const auto server = entry(pair.server);
    EXPECT_EQ(client.out_bytes, 100'001u);
    EXPECT_EQ(server.in_bytes, 100'001u);
    EXPECT_EQ(client.protocol, NETSTAT_UDP);
    EXPECT_EQ(client.local_port, local_port_of(pair.client));
    EXPECT_EQ(client.remote_port, local_port_of(pair.server));
    EXPECT_EQ(client.remote[15], 1);
    EXPECT_EQ(client.remote[10], family == AF_INET ? 255 : 0);
  }
}

TEST_F(BpfVolumes, KnowNoPeerOfAnUnconnectedSocket) {
  set(true);
  const Fd client = udp_socket(AF_INET);
  const Fd socket = udp_socket(AF_INET);
  connect_to(client, socket);
  move_bytes(client, socket, 8);
  const auto server = entry(socket);
  EXPECT_EQ(server.in_bytes, 8u);
  EXPECT_EQ(server.remote_port, 0);
  EXPECT_TRUE(std::ranges::all_of(server.remote, [](auto b) { return !b; }));
}

TEST_F(BpfVolumes, CountSeveralMessagesOfOneCall) {
  set(true);
  const Pair pair = udp_pair(AF_INET);
  std::array<char, 100> text{};
  iovec part{text.data(), text.size()};
  std::array<mmsghdr, 5> messages{};
  for (mmsghdr& message : messages) {
    message.msg_hdr.msg_iov = &part;
    message.msg_hdr.msg_iovlen = 1;
  }
  ASSERT_EQ(::sendmmsg(pair.client.get(), messages.data(), 5, 0), 5);
  ASSERT_EQ(::recvmmsg(pair.server.get(), messages.data(), 5, 0, nullptr), 5);
  EXPECT_EQ(entry(pair.client).out_bytes, 500u);
  EXPECT_EQ(entry(pair.server).in_bytes, 500u);
}

TEST_F(BpfVolumes, LeaveOutLooksFailuresAndTcp) {
  set(true);
  const Pair pair = unix_pair(SOCK_STREAM);
  const Pair tcp = tcp_pair(AF_INET);
  move_bytes(tcp.client, tcp.server, 100);
  send_bytes(pair.client, 100);
  std::array<char, 100> text;
  ASSERT_EQ(::recv(pair.server.get(), text.data(), 100, MSG_PEEK), 100);
  ASSERT_EQ(::recv(pair.client.get(), text.data(), 1, MSG_DONTWAIT), -1);
  receive_bytes(pair.server, 60);
  EXPECT_EQ(entry(pair.server).in_bytes, 60u);
  EXPECT_EQ(entry(pair.client).in_bytes, 0u);
  EXPECT_FALSE(counted(tcp.client));
}

TEST_F(BpfVolumes, ChargeEachProcessForItsOwnCalls) {
  set(true);
  const Pair pair = unix_pair(SOCK_STREAM);
  Child child([&](const Talk& talk) {
    send_bytes(pair.client, 400);
    talk.say(1);
    talk.hear();
  });
  child.hear();
  std::thread one([&] { send_bytes(pair.client, 30'000, 3); });
  std::thread two([&] { send_bytes(pair.client, 30'000, 3); });
  receive_bytes(pair.server, 60'400);
  one.join();
  two.join();
  const std::uint64_t inode = inode_of(pair.client);
  read();
  EXPECT_EQ(entry_of(entries_, child.pid(), inode).out_bytes, 400u);
  EXPECT_EQ(entry_of(entries_, ::getpid(), inode).out_bytes, 60'000u);
}

TEST_F(BpfVolumes, CountOnlyWhileOnAndForget) {
  const Pair pair = unix_pair(SOCK_STREAM);
  move_bytes(pair.client, pair.server, 10);
  EXPECT_FALSE(counted(pair.client));
  set(true);
  set(true);
  move_bytes(pair.client, pair.server, 100);
  set(false);
  move_bytes(pair.client, pair.server, 1000);
  EXPECT_EQ(entry(pair.client).out_bytes, 100u);
  set(true);
  move_bytes(pair.client, pair.server, 10000);
  EXPECT_EQ(entry(pair.client).out_bytes, 10100u);
  volumes_->forget(entry(pair.client));
  EXPECT_FALSE(counted(pair.client));
  EXPECT_TRUE(counted(pair.server));
}

// The table holds 65536 entries.
TEST_F(BpfVolumes, CountWhatFindsNoRoom) {
  Child child([](const Talk& talk) {
    talk.hear();
    for (int i = 0; i < 40'000; ++i) {
      const Pair pair = unix_pair(SOCK_STREAM);
      move_bytes(pair.client, pair.server, 3);
    }
    talk.say(1);
    talk.hear();
  });
  // Not sooner: the child would keep counting on, by what it inherits.
  set(true);
  child.say(1);
  child.hear();
  set(false);
  std::uint64_t counted = 0;
  for (const netstat_volume& entry : read())
    if (entry.process.pid == static_cast<unsigned>(child.pid()))
      counted += entry.in_bytes + entry.out_bytes;
  EXPECT_GT(counted, 0u);
  EXPECT_GT(volumes_->lost_bytes(), 0u);
  EXPECT_LE(entries_.size(), 65536u);
  // Others' bytes may have been lost too.
  EXPECT_GE(counted + volumes_->lost_bytes(), 40'000u * 6);
  for (const netstat_volume& entry : entries_) volumes_->forget(entry);
  EXPECT_TRUE(read().empty());
}

TEST_F(BpfVolumes, AreOfTheAgentsPidNamespace) {
  const Pair outside = unix_pair(SOCK_STREAM);
  Child child([&](const Talk& talk) {
    ::unshare(CLONE_NEWPID);
    Child agent([&](const Talk& inner) {
      auto volumes = make_bpf_volumes();
      inner.say(volumes && (*volumes)->set(true));
      inner.hear();
      const Pair pair = unix_pair(SOCK_STREAM);
      Child neighbour(
          [&](const Talk&) { move_bytes(pair.client, pair.server, 42); });
      const pid_t pid = neighbour.pid();
      neighbour.wait();
      Entries entries;
      (*volumes)->read(entries);
      inner.say(entries.size());
      const auto entry = entry_of(entries, pid, inode_of(pair.client));
      inner.say(entry.out_bytes);
      (*volumes)->forget(entry);
      (*volumes)->read(entries);
      inner.say(entries.size());
    });
    talk.say(agent.hear());
    agent.say(talk.hear());
    for (int i = 0; i < 3; ++i) talk.say(agent.hear());
  });
  ASSERT_EQ(child.hear(), 1u);
  move_bytes(outside.client, outside.server, 1000);
  in_another_pid_namespace(
      [&] { move_bytes(outside.client, outside.server, 1000); });
  child.say(1);
  EXPECT_EQ(child.hear(), 2u) << "both ends of the neighbour's pair";
  EXPECT_EQ(child.hear(), 42u);
  EXPECT_EQ(child.hear(), 1u) << "one was forgotten";
}

TEST_F(BpfVolumes, AreSwitchedAndReadWithoutAnyCapability) {
  Child child([](const Talk& talk) {
    become_nobody_with_bpf();
    auto volumes = make_bpf_volumes();
    drop_capabilities();
    talk.say(volumes && (*volumes)->set(true));
    const Pair pair = unix_pair(SOCK_STREAM);
    move_bytes(pair.client, pair.server, 42);
    Entries entries;
    talk.say(static_cast<bool>((*volumes)->read(entries)));
    talk.say(entry_of(entries, ::getpid(), inode_of(pair.client)).out_bytes);
    talk.say(static_cast<bool>((*volumes)->set(false)));
  });
  EXPECT_EQ(child.hear(), 1u);
  EXPECT_EQ(child.hear(), 1u);
  EXPECT_EQ(child.hear(), 42u);
  EXPECT_EQ(child.hear(), 1u);
}

TEST_F(BpfVolumes, SayWhatTheyLack) {
  Child child([](const Talk& talk) {
    become_nobody();
    const auto volumes = make_bpf_volumes();
    talk.say(!volumes &&
             volumes.error().text.find("CAP_BPF") != std::string::npos);
  });
  EXPECT_EQ(child.hear(), 1u);
}

}  // namespace
}  // namespace netstat
