// Whose descriptor tables both iterators look into, and with what rights.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bpf/test_child.h"
#include "bpf/test_sockets.h"
#include "bpf/test_tiers.h"
#include "host/proc_info.h"

namespace netstat {
namespace {

using namespace testing;
using mosix::Fd;

TEST_P(BpfSource, ListsASocketOfSeveralDescriptorsOnce) {
  const Pair pair = tcp_pair(AF_INET);
  const Fd late = Fd(::fcntl(pair.client.get(), F_DUPFD_CLOEXEC, 100));
  const Fd early = Fd(::dup(pair.server.get()));
  read();
  row_of(reading_, ::getpid(), inode_of(pair.client));
  row_of(reading_, ::getpid(), inode_of(pair.server));
}

// A thread with a table of its own, then a process whose first thread is gone.
TEST_P(BpfSource, LooksIntoThreadsTables) {
  const Pair pair = tcp_pair(AF_INET);
  Child child([&](const Talk& talk) {
    // Comes between its threads in the order of pids.
    Child between([](const Talk& line) { line.hear(); });
    std::thread other([&] {
      ::unshare(CLONE_FILES);
      const Pair own = tcp_pair(AF_INET);
      talk.say(inode_of(own.client));
      ::pause();
    });
    std::thread third([] { ::pause(); });
    talk.hear();
    // Ends this thread only, and leaves its stack as it is.
    ::syscall(SYS_exit, 0);
  });
  const std::uint64_t inode = child.hear();
  const auto expect_all = [&] {
    read();
    row_of(reading_, child.pid(), inode);
    row_of(reading_, child.pid(), inode_of(pair.client));
    row_of(reading_, ::getpid(), inode_of(pair.client));
  };
  expect_all();
  child.say(1);
  for (int i = 0; i < 1000 && !mosix::read_stat(child.pid())->zombie(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_TRUE(mosix::read_stat(child.pid())->zombie());
  expect_all();
}

// More than the kernel side holds at a time, in one table and in several.
TEST_P(BpfSource, ListsAnyNumberOfSocketsOnce) {
  struct Case {
    int processes;
    int pairs;
  };
  for (const Case& test : {Case{1, 9000}, Case{4, 2500}, Case{50, 200}}) {
    SCOPED_TRACE(test.processes);
    std::vector<std::unique_ptr<Child>> children;
    for (int i = 0; i < test.processes; ++i) {
      children.push_back(std::make_unique<Child>([&](const Talk& talk) {
        allow_all_descriptors();
        std::vector<Pair> pairs;
        for (int k = 0; k < test.pairs; ++k)
          pairs.push_back(unix_pair(SOCK_STREAM));
        talk.say(1);
        talk.hear();
      }));
    }
    for (const auto& child : children) child->hear();
    read();
    for (const auto& child : children) {
      const auto rows = rows_of(reading_, child->pid());
      std::set<std::uint64_t> inodes;
      std::set<std::uint64_t> peers;
      for (const auto& row : rows) {
        inodes.insert(row.socket.inode);
        peers.insert(row.socket.peer_inode);
      }
      EXPECT_EQ(rows.size(), static_cast<std::size_t>(test.pairs) * 2);
      EXPECT_EQ(inodes.size(), rows.size());
      EXPECT_EQ(inodes, peers);
    }
  }
}

TEST_P(BpfSource, TellsNetworkNamespacesApart) {
  Child child([](const Talk& talk) {
    own_network();
    const Pair pair = tcp_pair(AF_INET);
    talk.say(own_netns());
    talk.say(inode_of(pair.client));
    talk.hear();
  });
  const std::uint64_t netns = child.hear();
  ASSERT_NE(netns, own_netns());
  const std::uint64_t inode = child.hear();
  read();
  EXPECT_EQ(row_of(reading_, child.pid(), inode).socket.netns, netns);
}

// An agent in a pid namespace sees the processes there, by their pids there.
TEST_P(BpfSource, SeesItsOwnPidNamespaceOnly) {
  const Pair outside = tcp_pair(AF_INET);
  Child child([&](const Talk& talk) {
    ::unshare(CLONE_NEWPID);
    Child agent([&](const Talk& inner) {
      Child neighbour([](const Talk& line) {
        const Pair pair = tcp_pair(AF_INET);
        line.say(inode_of(pair.client));
        line.hear();
      });
      const std::uint64_t inode = neighbour.hear();
      auto source = GetParam().make();
      Reading reading;
      inner.say(source && (*source)->read(reading));
      inner.say(row_of(reading, neighbour.pid(), inode).process.pid ==
                static_cast<unsigned>(neighbour.pid()));
      // Init and its child hold all the sockets that are seen.
      const std::set<pid_t> here = {1, neighbour.pid()};
      inner.say(std::ranges::all_of(reading.holders, [&](const auto& holder) {
        return here.contains(static_cast<pid_t>(holder.process.pid));
      }));
    });
    for (int i = 0; i < 3; ++i) talk.say(agent.hear());
  });
  EXPECT_EQ(child.hear(), 1u) << "it reads";
  EXPECT_EQ(child.hear(), 1u) << "its neighbour";
  EXPECT_EQ(child.hear(), 1u) << "nobody else";
  read();
  row_of(reading_, ::getpid(), inode_of(outside.client));
}

TEST_P(BpfSource, ReadsWithoutAnyCapability) {
  const Pair pair = tcp_pair(AF_INET);
  const pid_t parent = ::getpid();
  Child child([&](const Talk& talk) {
    become_nobody_with_bpf();
    auto source = GetParam().make();
    drop_capabilities();
    Reading reading;
    talk.say(source && (*source)->read(reading));
    talk.say(rows_of(reading, parent).size());
  });
  EXPECT_EQ(child.hear(), 1u);
  EXPECT_EQ(child.hear(), rows_of(read(), parent).size());
}

TEST_P(BpfSource, SaysWhatItLacks) {
  Child child([](const Talk& talk) {
    become_nobody();
    const auto source = GetParam().make();
    const std::string expected =
        std::string(GetParam().name) +
        " source: cannot load its program: Operation not permitted (needs "
        "CAP_BPF and CAP_PERFMON, or root)";
    if (!source) ::fprintf(stderr, "%s\n", source.error().text.c_str());
    talk.say(!source && source.error().text == expected);
  });
  EXPECT_EQ(child.hear(), 1u);
}

bool plausible(const Row& row) {
  const netstat_socket& socket = row.socket;
  return row.process.pid > 0 && row.process.pid < (1u << 22) &&
         row.process.start_ticks > 0 && row.process.comm[15] == 0 &&
         socket.inode > 0 && socket.protocol >= NETSTAT_TCP &&
         socket.protocol <= NETSTAT_UNIX && socket.state >= 1 &&
         socket.state <= 13 && socket.netns > 0xe0000000u &&
         socket.in_bytes < (1ull << 40) && socket.out_bytes < (1ull << 40) &&
         (socket.family == AF_INET || socket.family == AF_INET6 ||
          socket.family == AF_UNIX);
}

// Processes that come and go, with sockets and files that come and go.
void churn() {
  for (int i = 0; i < 20; ++i) {
    const Pair tcp = tcp_pair(AF_INET);
    reset_at_close(tcp.client);
    const Pair local = unix_pair(SOCK_STREAM);
    const Fd file(::open("/proc/self/stat", O_RDONLY | O_CLOEXEC));
    send_bytes(tcp.client, 100);
  }
}

TEST_P(BpfSource, StaysPlausibleWhileProcessesComeAndGo) {
  Child maker([](const Talk&) {
    for (;;) {
      Child one([](const Talk&) { churn(); });
      Child two([](const Talk&) { churn(); });
      one.wait();
      two.signal(SIGKILL);
    }
  });
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(3);
  std::size_t wrong = 0;
  std::size_t seen = 0;
  while (std::chrono::steady_clock::now() < end) {
    read();
    for (const auto& holder : reading_.holders)
      for (std::size_t i = 0; i < holder.count; ++i, ++seen)
        wrong +=
            !plausible({holder.process, reading_.sockets.at(holder.first + i)});
  }
  EXPECT_GT(seen, 0u);
  EXPECT_EQ(wrong, 0u);
}

INSTANTIATE_TEST_SUITE_P(Tiers, BpfSource, both_tiers(), tier_name);

}  // namespace
}  // namespace netstat
