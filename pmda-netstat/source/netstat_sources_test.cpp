// The sources without BPF, on real sockets of real processes.
#include <gtest/gtest.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>

#include "host/proc_info.h"
#include "source/net_namespace.h"
#include "source/test_sources.h"

namespace netstat {
namespace {

constexpr int kEstablished = 1;

std::string text_of(const __u8 (&address)[16]) {
  char text[INET6_ADDRSTRLEN] = "";
  inet_ntop(AF_INET6, address, text, sizeof text);
  return text;
}

class SourceTest : public testing::TestWithParam<const char*> {
 protected:
  std::unique_ptr<Source> source_ = made(GetParam());
  Reading read() { return read_of(*source_); }
};
INSTANTIATE_TEST_SUITE_P(All, SourceTest, testing::Values("diag", "proc"),
                         [](const auto& p) { return std::string(p.param); });

TEST_P(SourceTest, TellsWhatAProcessIs) {
  const Child child([](Line line) {
    prctl(PR_SET_NAME, "a (b) c");
    const auto made = connection();
    line.tell(inode_of(made.client.get()));
    line.hear();
  });
  const auto inode = child.hear();
  const auto reading = read();
  for (const auto& holder : reading.holders) {
    if (holder.process.pid != static_cast<unsigned>(child.pid())) continue;
    EXPECT_STREQ(holder.process.comm, "a (b) c");
    EXPECT_EQ(holder.process.uid, getuid());
    EXPECT_EQ(holder.process.start_ticks,
              mosix::read_stat(child.pid())->start_ticks);
  }
  EXPECT_EQ(holders_of(reading, inode), Pids{child.pid()});
}

TEST_P(SourceTest, TellsAddressesOfBothFamilies) {
  for (const int family : {AF_INET, AF_INET6}) {
    const Child child([&](Line line) {
      const auto made = connection(family);
      line.tell(inode_of(made.client.get()));
      line.tell(port_of(made.client.get()));
      line.tell(port_of(made.server.get()));
      line.hear();
    });
    const auto inode = child.hear();
    const auto socket = socket_of(read(), inode);
    const char* address = family == AF_INET ? "::ffff:127.0.0.1" : "::1";
    EXPECT_EQ(socket.protocol, NETSTAT_TCP);
    EXPECT_EQ(socket.family, family);
    EXPECT_EQ(socket.state, kEstablished);
    EXPECT_EQ(text_of(socket.local), address);
    EXPECT_EQ(text_of(socket.remote), address);
    EXPECT_EQ(socket.local_port, child.hear());
    EXPECT_EQ(socket.remote_port, child.hear());
    EXPECT_EQ(socket.netns, own_net_namespace());
  }
}

TEST_P(SourceTest, ListsUdp) {
  for (const int family : {AF_INET, AF_INET6}) {
    const Child child([&](Line line) {
      const Fd server = bound(family, SOCK_DGRAM);
      const Fd client = connected(family, SOCK_DGRAM, port_of(server.get()));
      line.tell(inode_of(server.get()));
      line.tell(inode_of(client.get()));
      line.tell(port_of(server.get()));
      line.hear();
    });
    const auto server_inode = child.hear();
    const auto client_inode = child.hear();
    const auto port = child.hear();
    const auto reading = read();
    const auto server = socket_of(reading, server_inode);
    const auto client = socket_of(reading, client_inode);
    EXPECT_EQ(server.protocol, NETSTAT_UDP);
    EXPECT_EQ(server.local_port, port);
    EXPECT_EQ(server.remote_port, 0);
    EXPECT_EQ(client.remote_port, port);
    EXPECT_EQ(client.flags, 0);
    EXPECT_EQ(holders_of(reading, client.inode), Pids{child.pid()});
  }
}

TEST_P(SourceTest, ListsNoListener) {
  const Child child([](Line line) {
    const Fd from = listener(AF_INET);
    line.tell(inode_of(from.get()));
    line.hear();
  });
  const auto inode = child.hear();
  EXPECT_EQ(socket_of(read(), inode).inode, 0U);
}

TEST_P(SourceTest, FindsWhatIsOpenedLater) {
  read();
  const Child child([](Line line) {
    std::vector<Connection> all;
    for (int i = 0; i < 3; ++i) {
      all.push_back(connection());
      line.tell(inode_of(all.back().server.get()));
      line.hear();
    }
  });
  for (int i = 0; i < 3; ++i) {
    const auto inode = child.hear();
    EXPECT_EQ(holders_of(read(), inode), Pids{child.pid()});
    child.tell(0);
  }
}

// As many descriptors as before, but other sockets.
TEST_P(SourceTest, FindsWhatReplacesAnother) {
  const Child child([](Line line) {
    for (;;) {
      const auto made = connection();
      line.tell(inode_of(made.server.get()));
      line.hear();
    }
  });
  for (int i = 0; i < 5; ++i) {
    const auto inode = child.hear();
    EXPECT_EQ(holders_of(read(), inode), Pids{child.pid()});
    child.tell(0);
  }
}

TEST_P(SourceTest, ListsAllHoldersAndOneOfTwoDescriptorsOnce) {
  const Child child([](Line line) {
    const auto made = connection();
    const Fd again(dup(made.client.get()));
    const Child other([](Line inner) { inner.hear(); });
    line.tell(inode_of(made.client.get()));
    line.tell(static_cast<std::uint64_t>(other.pid()));
    line.hear();
  });
  const auto inode = child.hear();
  EXPECT_EQ(holders_of(read(), inode),
            (Pids{child.pid(), static_cast<pid_t>(child.hear())}));
}

// A server's way: the parent accepts, forks, and closes its own descriptor.
TEST_P(SourceTest, FollowsAForkWhoseParentCloses) {
  const Child child([](Line line) {
    auto made = connection();
    line.tell(inode_of(made.server.get()));
    const Child other([](Line inner) { inner.hear(); });
    line.tell(static_cast<std::uint64_t>(other.pid()));
    line.hear();
    made.server.reset();
    line.tell(0);
    line.hear();
  });
  const auto inode = child.hear();
  const auto other = static_cast<pid_t>(child.hear());
  EXPECT_EQ(holders_of(read(), inode), (Pids{child.pid(), other}));
  child.tell(0);
  child.hear();
  EXPECT_EQ(holders_of(read(), inode), Pids{other});
}

TEST_P(SourceTest, DropsAProcessThatEnds) {
  const Child child([](Line line) {
    const auto made = connection();
    line.tell(inode_of(made.server.get()));
    Child other([](Line inner) { inner.hear(); });
    line.tell(static_cast<std::uint64_t>(other.pid()));
    line.hear();
    other.tell(0);
    other.join();
    line.tell(0);
    line.hear();
  });
  const auto inode = child.hear();
  const auto other = static_cast<pid_t>(child.hear());
  read();
  EXPECT_EQ(holders_of(read(), inode), (Pids{child.pid(), other}));
  child.tell(0);
  child.hear();
  EXPECT_EQ(holders_of(read(), inode), Pids{child.pid()});
}

TEST_P(SourceTest, ForgetsWhatIsClosed) {
  const Child child([](Line line) {
    auto made = connection();
    line.tell(inode_of(made.client.get()));
    line.hear();
    made = {};
    line.tell(0);
    line.hear();
  });
  const auto inode = child.hear();
  EXPECT_EQ(socket_of(read(), inode).inode, inode);
  child.tell(0);
  child.hear();
  EXPECT_EQ(socket_of(read(), inode).inode, 0U);
}

TEST_P(SourceTest, FindsFiveThousand) {
  constexpr int kChildren = 6;
  constexpr int kPairs = 420;
  std::vector<std::unique_ptr<Child>> children;
  for (int i = 0; i < kChildren; ++i)
    children.push_back(std::make_unique<Child>([](Line line) {
      std::vector<Connection> all;
      for (int k = 0; k < kPairs; ++k) all.push_back(connection());
      line.tell(0);
      line.hear();
    }));
  for (const auto& child : children) child->hear();
  for (int round = 0; round < 3; ++round) {
    const auto reading = read();
    for (const auto& child : children) {
      std::size_t sockets = 0;
      for (const auto& holder : reading.holders)
        if (holder.process.pid == static_cast<unsigned>(child->pid()))
          sockets += holder.count;
      EXPECT_EQ(sockets, 2U * kPairs);
    }
  }
}

/// A network namespace with nothing in it but loopback.
void enter_a_namespace() {
  require(unshare(CLONE_NEWNET) == 0, "unshare");
  const Fd any(socket(AF_INET, SOCK_DGRAM, 0));
  ifreq request{};
  std::strcpy(request.ifr_name, "lo");
  request.ifr_flags = IFF_UP;
  require(ioctl(any.get(), SIOCSIFFLAGS, &request) == 0, "lo");
}

TEST_P(SourceTest, SeesItsOwnNamespace) {
  if (getuid() != 0) GTEST_SKIP() << "needs root for a network namespace";
  const Child child([](Line line) {
    enter_a_namespace();
    const auto source = made(GetParam());
    const auto connected = connection();
    const auto reading = read_of(*source);
    line.tell(reading.sockets.size());
    line.tell(holders_of(reading, inode_of(connected.client.get())) ==
              Pids{getpid()});
    line.tell(reading.sockets.empty() ? 0 : reading.sockets[0].netns);
    line.tell(own_net_namespace());
  });
  EXPECT_EQ(child.hear(), 2U);
  EXPECT_TRUE(child.hear());
  const auto netns = child.hear();
  EXPECT_EQ(netns, child.hear());
  EXPECT_NE(netns, own_net_namespace());
}

// Nobody can be named for a connection that waits to be accepted.
TEST_P(SourceTest, CountsSocketsWithoutADescriptor) {
  if (getuid() != 0) GTEST_SKIP() << "needs root for a network namespace";
  const Child child([](Line line) {
    enter_a_namespace();
    const auto source = made(GetParam());
    const Fd from = listener(AF_INET);
    std::vector<Fd> clients;
    for (int i = 0; i < 20; ++i)
      clients.push_back(connected(AF_INET, SOCK_STREAM, port_of(from.get())));
    for (int i = 0; i < 2; ++i) {
      const auto reading = read_of(*source);
      line.tell(reading.sockets.size());
      line.tell(reading.ownerless);
    }
  });
  for (int i = 0; i < 4; ++i) EXPECT_EQ(child.hear(), 20U);
}

TEST_P(SourceTest, WithoutPrivilegeSeesItsOwnProcesses) {
  if (getuid() != 0) GTEST_SKIP() << "needs root to be another user";
  const Child other([](Line line) {
    const auto made = connection();
    line.tell(inode_of(made.client.get()));
    line.hear();
  });
  const auto inode = other.hear();
  const Child child([&](Line line) {
    require(setresuid(65534, 65534, 65534) == 0, "setresuid");
    prctl(PR_SET_DUMPABLE, 1);
    const Child own([](Line inner) {
      const auto made = connection();
      inner.tell(inode_of(made.client.get()));
      inner.hear();
    });
    const auto own_inode = own.hear();
    const auto source = made(GetParam());
    for (int i = 0; i < 3; ++i) {
      const auto reading = read_of(*source);
      line.tell(holders_of(reading, own_inode) == Pids{own.pid()});
      line.tell(holders_of(reading, inode).empty());
      line.tell(reading.ownerless);
    }
  });
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(child.hear());
    EXPECT_TRUE(child.hear());
    EXPECT_GE(child.hear(), 2U);
  }
}

TEST(ProcSourceTest, KnowsNoBytes) {
  const auto source = made("proc");
  EXPECT_FALSE(source->counts_bytes());
  const Child child([](Line line) {
    const auto made = connection();
    move(made.client, made.server, 1000);
    line.tell(inode_of(made.client.get()));
    line.hear();
  });
  const auto inode = child.hear();
  const auto socket = socket_of(read_of(*source), inode);
  EXPECT_NE(socket.inode, 0U);
  EXPECT_EQ(socket.flags, 0);
  EXPECT_EQ(socket.out_bytes, 0U);
}

}  // namespace
}  // namespace netstat
