// The program at inet_sock_set_state against real connections.
#include <cerrno>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bpf/test_child.h"
#include "bpf/test_sockets.h"
#include "source/closes.h"

namespace netstat {
namespace {

using namespace testing;
using mosix::Fd;

constexpr int kTcpClose = 7;

using Ends = std::vector<netstat_close>;

class BpfCloses : public ::testing::Test {
 protected:
  // What lingers in TIME_WAIT ends with the network namespace.
  void SetUp() override {
    auto made = make_bpf_closes();
    if (!made && made.error().code == EPERM) GTEST_SKIP() << made.error().text;
    ASSERT_TRUE(made) << made.error().text;
    closes_ = std::move(*made);
    own_network();
  }

  /// Appends the ends in this network namespace since the last call.
  void read(Ends& ends) {
    Ends all;
    const auto done = closes_->read(all);
    EXPECT_TRUE(done) << done.error().text;
    for (const netstat_close& end : all)
      if (end.socket.netns == own_netns()) ends.push_back(end);
  }

  /// The last packets may be on their way for a moment.
  Ends read_all(std::size_t expected) {
    Ends ends;
    for (int i = 0; i < 500 && ends.size() < expected; ++i) {
      read(ends);
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return ends;
  }

  std::unique_ptr<Closes> closes_;
};

unsigned pid_of(const Child& child) {
  return static_cast<unsigned>(child.pid());
}

bool readable(int fd) {
  pollfd ready{fd, POLLIN, 0};
  return ::poll(&ready, 1, 0) == 1;
}

constexpr std::size_t kQuestion = 321;
constexpr std::size_t kAnswer = 4567;

/// How a connection ends.
enum class Way { orderly, half_closed, client_resets, server_resets, unread };

struct EndCase {
  const char* name;
  Way way;
  unsigned count;
  netstat_owner client;  // what is known of each end
  netstat_owner server;
};

void wait_for_end(const Fd& socket) {
  char none;
  ::recv(socket.get(), &none, 1, 0);
}

void serve_one(const Fd& server, Way way) {
  receive_bytes(server, kQuestion);
  send_bytes(server, kAnswer);
  if (way == Way::server_resets)
    reset_at_close(server);
  else
    wait_for_end(server);
}

void ask_one(const Fd& client, Way way) {
  send_bytes(client, kQuestion);
  receive_bytes(client, way == Way::unread ? kAnswer - 1 : kAnswer);
  if (way == Way::half_closed) ::shutdown(client.get(), SHUT_WR);
  if (way == Way::half_closed || way == Way::server_resets)
    wait_for_end(client);
  if (way == Way::client_resets) reset_at_close(client);
}

class BpfClosesWays : public BpfCloses,
                      public ::testing::WithParamInterface<EndCase> {};

TEST_P(BpfClosesWays, AreAllSeenWithTheirProcessAndBytes) {
  const EndCase& test = GetParam();
  const Fd listener = tcp_listener(AF_INET);
  // Both say the sum of the inodes of their sockets.
  Child server([&](const Talk& talk) {
    std::uint64_t inodes = 0;
    for (unsigned i = 0; i < test.count; ++i) {
      const Fd socket = tcp_accept(listener);
      inodes += inode_of(socket);
      serve_one(socket, test.way);
    }
    talk.say(inodes);
  });
  Child client([&](const Talk& talk) {
    std::uint64_t inodes = 0;
    for (unsigned i = 0; i < test.count; ++i) {
      const Fd socket = tcp_connect(listener);
      inodes += inode_of(socket);
      ask_one(socket, test.way);
    }
    talk.say(inodes);
  });
  std::uint64_t inodes = client.hear() + server.hear();
  const Ends ends = read_all(2 * test.count);
  ASSERT_EQ(ends.size(), 2 * test.count);
  unsigned clients = 0;
  for (const netstat_close& end : ends) {
    const bool asked = end.socket.remote_port == local_port_of(listener);
    clients += asked;
    const netstat_owner owner = asked ? test.client : test.server;
    EXPECT_EQ(end.owner, owner);
    EXPECT_EQ(end.process.pid, asked ? pid_of(client) : pid_of(server));
    EXPECT_EQ(end.socket.out_bytes, asked ? kQuestion : kAnswer);
    EXPECT_EQ(end.socket.in_bytes, asked ? kAnswer : kQuestion);
    EXPECT_EQ(end.socket.state, kTcpClose);
    EXPECT_EQ(end.socket.protocol, NETSTAT_TCP);
    EXPECT_TRUE(end.socket.flags & NETSTAT_HAS_BYTES);
    inodes -= end.socket.inode;
  }
  EXPECT_EQ(clients, test.count);
  EXPECT_EQ(inodes, 0u);
}

INSTANTIATE_TEST_SUITE_P(
    Ends, BpfClosesWays,
    ::testing::Values(EndCase{"orderly", Way::orderly, 3000,
                              NETSTAT_OWNER_CLOSER, NETSTAT_OWNER_CLOSER},
                      EndCase{"half_closed", Way::half_closed, 500,
                              NETSTAT_OWNER_CLOSER, NETSTAT_OWNER_CLOSER},
                      EndCase{"client_resets", Way::client_resets, 500,
                              NETSTAT_OWNER_CLOSER, NETSTAT_OWNER_CLOSER},
                      EndCase{"server_resets", Way::server_resets, 500,
                              NETSTAT_OWNER_OPENER, NETSTAT_OWNER_CLOSER},
                      EndCase{"unread", Way::unread, 500, NETSTAT_OWNER_CLOSER,
                              NETSTAT_OWNER_CLOSER}),
    [](const auto& test) { return std::string(test.param.name); });

TEST_F(BpfCloses, KnowAKilledProcess) {
  constexpr unsigned kCount = 50;
  const Fd listener = tcp_listener(AF_INET6);
  std::vector<Fd> servers;
  std::uint64_t pids = 0;
  for (unsigned i = 0; i < kCount; ++i) {
    Child client([&](const Talk& talk) {
      const Fd socket = tcp_connect(listener);
      send_bytes(socket, kQuestion);
      talk.say(1);
      talk.hear();
    });
    servers.push_back(tcp_accept(listener));
    receive_bytes(servers.back(), kQuestion);
    client.hear();
    pids += pid_of(client);
    client.signal(SIGKILL);
    EXPECT_EQ(client.wait(), -SIGKILL);
  }
  servers.clear();
  const Ends ends = read_all(2 * kCount);
  ASSERT_EQ(ends.size(), 2 * kCount);
  for (const netstat_close& end : ends) {
    EXPECT_EQ(end.owner, NETSTAT_OWNER_CLOSER);
    if (end.socket.remote_port != local_port_of(listener)) {
      EXPECT_EQ(end.process.pid, static_cast<unsigned>(::getpid()));
      EXPECT_EQ(end.socket.in_bytes, kQuestion);
    } else {
      pids -= end.process.pid;
      EXPECT_EQ(end.socket.out_bytes, kQuestion);
    }
  }
  EXPECT_EQ(pids, 0u);
}

TEST_F(BpfCloses, AreSilentForFailedConnectionsAndListeners) {
  std::uint16_t port = 0;
  {
    const Fd listener = tcp_listener(AF_INET);
    port = local_port_of(listener);
  }
  const Fd client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in nobody{AF_INET, htons(port), {htonl(INADDR_LOOPBACK)}, {}};
  ASSERT_NE(::connect(client.get(), reinterpret_cast<sockaddr*>(&nobody),
                      sizeof nobody),
            0);
  Ends ends;
  read(ends);
  EXPECT_TRUE(ends.empty());
}

void open_and_close(unsigned count) {
  for (unsigned i = 0; i < count; ++i) {
    const Pair pair = tcp_pair(AF_INET);
    send_bytes(pair.client, 10);
    receive_bytes(pair.server, 10);
    reset_at_close(pair.server);
  }
}

// The ring holds 15 000 ends.
TEST_F(BpfCloses, CallTheReaderWhenHalfFullAndCountWhatIsLost) {
  open_and_close(10);
  EXPECT_FALSE(readable(closes_->fd()));
  open_and_close(4500);
  EXPECT_TRUE(readable(closes_->fd()));
  Ends ends;
  read(ends);
  EXPECT_EQ(ends.size(), 2u * 4510);
  // The kernel may still be about to call for the last time.
  for (int i = 0; i < 100 && readable(closes_->fd()); ++i) {
    ::usleep(1000);
    read(ends);
  }
  EXPECT_FALSE(readable(closes_->fd()));

  constexpr unsigned kMany = 9000;
  const auto before = closes_->lost();
  ends.clear();
  open_and_close(kMany);
  read(ends);
  const auto lost = closes_->lost();
  EXPECT_LT(ends.size(), 2 * kMany);
  // Others' connections may end at the same time.
  EXPECT_GE(ends.size() + lost.closes - before.closes, 2 * kMany);
  std::uint64_t in = lost.in_bytes - before.in_bytes;
  std::uint64_t out = lost.out_bytes - before.out_bytes;
  for (const netstat_close& end : ends) {
    in += end.socket.in_bytes;
    out += end.socket.out_bytes;
  }
  EXPECT_GE(in, 10 * kMany);
  EXPECT_GE(out, 10 * kMany);
}

// Of a process in another pid namespace nothing is told; of one in the agent's
// namespace, with its pid there.
TEST_F(BpfCloses, AreOfTheAgentsPidNamespace) {
  Child child([](const Talk& talk) {
    ::unshare(CLONE_NEWPID);
    Child agent([](const Talk& inner) {
      auto closes = make_bpf_closes();
      inner.say(static_cast<bool>(closes));
      inner.hear();
      Child neighbour([](const Talk&) { open_and_close(1); });
      const pid_t pid = neighbour.pid();
      neighbour.wait();
      Ends ends;
      (*closes)->read(ends);
      std::erase_if(ends, [](const netstat_close& end) {
        return end.socket.netns != own_netns();
      });
      inner.say(ends.size());
      inner.say(ends.at(0).process.pid == static_cast<unsigned>(pid));
      inner.say(ends.at(1).process.pid == static_cast<unsigned>(pid));
    });
    talk.say(agent.hear());
    agent.say(talk.hear());
    for (int i = 0; i < 3; ++i) talk.say(agent.hear());
  });
  ASSERT_EQ(child.hear(), 1u);
  open_and_close(5);
  in_another_pid_namespace([] { open_and_close(5); });
  child.say(1);
  EXPECT_EQ(child.hear(), 2u);
  EXPECT_EQ(child.hear(), 1u);
  EXPECT_EQ(child.hear(), 1u);
}

TEST_F(BpfCloses, AreReadWithoutAnyCapability) {
  Child child([](const Talk& talk) {
    become_nobody_with_bpf();
    auto closes = make_bpf_closes();
    drop_capabilities();
    const std::uint32_t netns = own_netns();
    open_and_close(3);
    Ends ends;
    talk.say(closes && (*closes)->read(ends));
    std::erase_if(ends, [&](const netstat_close& end) {
      return end.socket.netns != netns;
    });
    talk.say(ends.size());
  });
  EXPECT_EQ(child.hear(), 1u);
  EXPECT_EQ(child.hear(), 6u);
}

TEST_F(BpfCloses, SayWhatTheyLack) {
  Child child([](const Talk& talk) {
    become_nobody();
    const auto closes = make_bpf_closes();
    talk.say(!closes &&
             closes.error().text.find("CAP_BPF") != std::string::npos);
  });
  EXPECT_EQ(child.hear(), 1u);
}

}  // namespace
}  // namespace netstat
