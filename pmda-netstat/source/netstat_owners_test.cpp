// How little of /proc is read, and that the answers are right all the same.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>

#include "host/file.h"
#include "source/owners.h"
#include "source/test_children.h"

namespace netstat {
namespace {

using std::chrono::seconds;
using Pids = std::vector<pid_t>;

/// Whatever other processes there are.
constexpr SearchPace kPace{.search_times = 0, .refresh_times = 0};

constexpr Owners::Time at(int second) {
  return Owners::Time(seconds(1000 + second));
}

netstat_socket socket_with(std::uint64_t inode, std::uint64_t bytes = 0) {
  netstat_socket socket{};
  socket.inode = inode;
  socket.out_bytes = bytes;
  return socket;
}

Reading fill(Owners& owners, const std::vector<netstat_socket>& sockets,
             Owners::Time time) {
  Reading reading;
  const auto filled = owners.fill(sockets, time, reading);
  EXPECT_TRUE(filled) << filled.error().text;
  return reading;
}

/// A process with one socket, of which it tells the inode.
void hold_one(Line line) {
  int ends[2];
  require(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0, "socketpair");
  line.tell(inode_of(ends[0]));
  line.hear();
}

TEST(Owners, ReadNothingWhileNothingChanges) {
  const Child child(hold_one);
  const auto inode = child.hear();
  Owners owners(kPace);
  fill(owners, {socket_with(inode)}, at(0));
  EXPECT_GT(owners.work().scanned, 0U);
  // Each new holder is checked once.
  fill(owners, {socket_with(inode)}, at(1));
  EXPECT_EQ(owners.work().checked, 1U);
  for (int second = 2; second < kPace.refresh_seconds; ++second) {
    const auto reading = fill(owners, {socket_with(inode)}, at(second));
    EXPECT_EQ(holders_of(reading, inode), Pids{child.pid()});
    EXPECT_EQ(owners.work().checked, 0U);
    EXPECT_EQ(owners.work().counted, 0U);
    EXPECT_EQ(owners.work().scanned, 0U);
  }
  fill(owners, {socket_with(inode)}, at(kPace.refresh_seconds));
  EXPECT_GT(owners.work().scanned, 0U);
}

TEST(Owners, CheckWhatMoved) {
  const Child child(hold_one);
  const auto inode = child.hear();
  Owners owners(kPace);
  for (int second = 0; second < 5; ++second) {
    const auto reading =
        fill(owners, {socket_with(inode, static_cast<unsigned>(second))},
             at(second));
    EXPECT_EQ(holders_of(reading, inode), Pids{child.pid()});
    EXPECT_EQ(owners.work().checked, second == 0 ? 0U : 1U);
  }
}

TEST(Owners, SearchForTheUnknownAtTimesAndGiveUp) {
  constexpr std::uint64_t kNobody = 1ULL << 40;
  struct Step {
    int second;
    std::uint64_t inode;
    bool searched;
  };
  const Step steps[] = {
      {0, kNobody, true},
      // It was in no process: nothing is read for it.
      {1, kNobody, false},
      // Another one: the changed processes at once, all of them at their time.
      {2, kNobody + 1, true},
      {3, kNobody + 1, true},
      {kPace.search_seconds, kNobody + 1, true},
      {kPace.search_seconds + 1, kNobody + 1, false},
  };
  Owners owners(kPace);
  for (const auto& step : steps) {
    const auto reading =
        fill(owners, {socket_with(step.inode)}, at(step.second));
    EXPECT_EQ(reading.ownerless, 1U);
    EXPECT_TRUE(reading.sockets.empty());
    EXPECT_EQ(owners.work().counted > 0, step.searched) << step.second;
  }
}

TEST(Owners, CountASocketWithoutInodeAndADoubleOne) {
  const Child child(hold_one);
  const auto inode = child.hear();
  Owners owners(kPace);
  const auto reading = fill(
      owners, {socket_with(0), socket_with(inode), socket_with(inode)}, at(0));
  EXPECT_EQ(reading.ownerless, 1U);
  EXPECT_EQ(reading.sockets.size(), 1U);
}

TEST(Owners, GroupSocketsByProcess) {
  const Child first([](Line line) {
    for (int i = 0; i < 3; ++i)
      line.tell(inode_of(socket(AF_UNIX, SOCK_STREAM, 0)));
    line.hear();
  });
  const Child second(hold_one);
  std::vector<netstat_socket> sockets;
  for (int i = 0; i < 3; ++i) sockets.push_back(socket_with(first.hear()));
  sockets.insert(sockets.begin() + 1, socket_with(second.hear()));
  Owners owners(kPace);
  const auto reading = fill(owners, sockets, at(0));
  ASSERT_EQ(reading.holders.size(), 2U);
  EXPECT_EQ(reading.holders[0].count, 3U);
  EXPECT_EQ(reading.holders[0].process.pid, static_cast<unsigned>(first.pid()));
  EXPECT_EQ(reading.holders[1].first, 3U);
  EXPECT_EQ(reading.holders[1].count, 1U);
}

TEST(Owners, FindASocketAtItsNewDescriptor) {
  const Child child([](Line line) {
    int ends[2];
    require(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0, "socketpair");
    line.tell(inode_of(ends[0]));
    line.hear();
    require(dup2(ends[0], 100) == 100, "dup2");
    close(ends[0]);
    line.tell(0);
    line.hear();
  });
  const auto inode = child.hear();
  Owners owners(kPace);
  fill(owners, {socket_with(inode)}, at(0));
  child.tell(0);
  child.hear();
  for (int second = 1; second < 4; ++second)
    EXPECT_EQ(
        holders_of(fill(owners, {socket_with(inode, 5)}, at(second)), inode),
        Pids{child.pid()});
}

void choose_next_pid(pid_t pid) {
  const auto written = mosix::write_file("/proc/sys/kernel/ns_last_pid",
                                         std::to_string(pid - 1));
  require(static_cast<bool>(written), "ns_last_pid");
}

/// In a pid namespace: two processes one after the other, with the same number
/// and the same socket at the same descriptor. Tells whether the readings named
/// the one and then the other, by the times of their starts.
void use_a_number_twice(Line line) {
  require(unshare(CLONE_NEWPID | CLONE_NEWNS) == 0, "unshare");
  const Child init([](Line inner) {
    require(mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                mount("proc", "/proc", "proc", 0, nullptr) == 0,
            "mount");
    constexpr pid_t kNumber = 77;
    int ends[2];
    require(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0, "socketpair");
    const auto inode = inode_of(ends[0]);
    Owners owners(kPace);
    std::uint64_t starts[2];
    for (unsigned i = 0; i < 2; ++i) {
      choose_next_pid(kNumber);
      const Child child([](Line innermost) { innermost.hear(); });
      require(child.pid() == kNumber, "pid");
      const auto reading =
          fill(owners, {socket_with(inode, i)}, at(static_cast<int>(i)));
      starts[i] = 0;
      for (const auto& holder : reading.holders)
        if (holder.process.pid == kNumber)
          starts[i] = holder.process.start_ticks;
      inner.tell(start_of(kNumber) == starts[i]);
      usleep(30'000);
    }
    inner.tell(starts[1] > starts[0]);
  });
  for (int i = 0; i < 3; ++i) line.tell(init.hear());
}

TEST(Owners, TellAProcessFromALaterOneOfItsNumber) {
  if (getuid() != 0) GTEST_SKIP() << "needs root for a pid namespace";
  const Child child(use_a_number_twice);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(child.hear());
}

TEST(ProcFds, ReadsLinks) {
  EXPECT_EQ(socket_inode("socket:[4026531840123]"), 4026531840123U);
  for (const char* link :
       {"", "socket:[", "socket:[]", "socket:[12", "pipe:[1]",
        "/tmp/socket:[1]", "socket:[1x]", "socket:[-1]"})
    EXPECT_EQ(socket_inode(link), std::nullopt) << link;
}

TEST(ProcFds, TakesAPathThatLooksLikeASocketForNone) {
  const Child child([](Line line) {
    const Fd file(open("/tmp", O_PATH));
    line.tell(static_cast<std::uint64_t>(file.get()));
    line.hear();
  });
  const int fd = static_cast<int>(child.hear());
  EXPECT_FALSE(holds_socket(child.pid(), {1, fd}));
  EXPECT_FALSE(holds_socket(child.pid(), {1, 9999}));
}

}  // namespace
}  // namespace netstat
