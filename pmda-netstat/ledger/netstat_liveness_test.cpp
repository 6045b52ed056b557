// PidfdLiveness with real processes.
#include <array>
#include <chrono>
#include <optional>
#include <thread>

#include <gtest/gtest.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/proc_info.h"
#include "ledger/pidfd_liveness.h"

namespace netstat {
namespace {

/// A child that waits to be killed.
class Child {
 public:
  Child() : pid_(fork()) {
    if (pid_ == 0)
      for (;;) pause();
  }
  /// With that pid, in a pid namespace where this process may choose.
  explicit Child(pid_t pid) {
    clone_args args{};
    args.exit_signal = SIGCHLD;
    args.set_tid = reinterpret_cast<std::uintptr_t>(&pid);
    args.set_tid_size = 1;
    pid_ = static_cast<pid_t>(syscall(SYS_clone3, &args, sizeof args));
    if (pid_ == 0)
      for (;;) pause();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() { end(); }

  pid_t pid() const { return pid_; }
  std::uint64_t start() const {
    const auto stat = mosix::read_stat(pid_);
    return stat ? stat->start_ticks : 0;
  }
  void kill() const {
    if (pid_ > 0) ::kill(pid_, SIGKILL);
  }
  void end() {
    if (pid_ <= 0) return;
    kill();
    waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }

 private:
  pid_t pid_ = -1;
};

/// Waits until it says that something ended, 5 seconds at most.
std::vector<pid_t> wait_for_ended(Liveness& liveness) {
  for (int i = 0; i < 500; ++i) {
    auto ended = liveness.ended();
    if (!ended.empty()) return ended;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return {};
}

/// While it lives, no file can be opened.
class NoDescriptors {
 public:
  NoDescriptors() {
    getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit none{0, before_.rlim_max};
    setrlimit(RLIMIT_NOFILE, &none);
  }
  NoDescriptors(const NoDescriptors&) = delete;
  NoDescriptors& operator=(const NoDescriptors&) = delete;
  ~NoDescriptors() { setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

void tells_of_an_end() {
  PidfdLiveness liveness;
  Child stays;
  Child ends;
  const auto pid = ends.pid();
  ASSERT_TRUE(liveness.watch(stays.pid(), stays.start()));
  ASSERT_TRUE(liveness.watch(pid, ends.start()));
  EXPECT_TRUE(liveness.ended().empty());
  ends.kill();  // a zombie has ended
  EXPECT_EQ(wait_for_ended(liveness), std::vector<pid_t>{pid});
  EXPECT_TRUE(liveness.ended().empty());
  ends.end();
  EXPECT_TRUE(liveness.ended().empty());
}

TEST(PidfdLiveness, TellsOfAnEnd) {
  tells_of_an_end();
}

/// Runs `body` in a child process; its exit status is 0 if no test failed in
/// it, 77 if it could not be tried.
template <class Body>
int in_child(Body body) {
  const pid_t pid = fork();
  if (pid == 0) {
    const int status = body();
    _exit(testing::Test::HasFailure() ? 1 : status);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

TEST(PidfdLiveness, NeedsNoPrivilege) {
  if (geteuid() != 0) GTEST_SKIP() << "is run so by TellsOfAnEnd";
  Child other;  // of root
  const auto start = other.start();
  EXPECT_EQ(in_child([&] {
              if (setuid(65534) != 0) return 77;
              PidfdLiveness liveness;
              EXPECT_TRUE(liveness.watch(other.pid(), start));
              EXPECT_TRUE(liveness.ended().empty());
              tells_of_an_end();
              return 0;
            }),
            0);
}

TEST(PidfdLiveness, RefusesWhatIsGone) {
  PidfdLiveness liveness;
  Child child;
  const auto pid = child.pid();
  const auto start = child.start();
  EXPECT_FALSE(liveness.watch(pid, start + 1));
  child.kill();
  siginfo_t info{};
  waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT);
  EXPECT_FALSE(liveness.watch(pid, start));  // a zombie
  child.end();
  EXPECT_FALSE(liveness.watch(pid, start));
  EXPECT_TRUE(liveness.ended().empty());
}

TEST(PidfdLiveness, ForgetsWhatIsNotWatchedAnyMore) {
  PidfdLiveness liveness;
  Child child;
  ASSERT_TRUE(liveness.watch(child.pid(), child.start()));
  ASSERT_TRUE(liveness.watch(child.pid(), child.start()));  // is no error
  liveness.unwatch(child.pid());
  liveness.unwatch(child.pid());
  child.end();
  EXPECT_TRUE(liveness.ended().empty());
}

TEST(PidfdLiveness, GoesOnWithoutDescriptors) {
  PidfdLiveness liveness;
  Child child;
  const auto pid = child.pid();
  const auto start = child.start();
  {
    const NoDescriptors none;
    ASSERT_TRUE(liveness.watch(pid, start));
    EXPECT_TRUE(liveness.ended().empty());
  }
  EXPECT_TRUE(liveness.ended().empty());
  child.kill();
  EXPECT_EQ(wait_for_ended(liveness), std::vector<pid_t>{pid});
  child.end();
  EXPECT_TRUE(liveness.ended().empty());
}

TEST(PidfdLiveness, LeavesDescriptorsForOthers) {
  constexpr rlim_t kFew = 32;
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  const rlimit few{kFew, before.rlim_max};
  setrlimit(RLIMIT_NOFILE, &few);
  PidfdLiveness liveness;
  setrlimit(RLIMIT_NOFILE, &before);
  const auto open_files = [] {
    return mosix::numbered_entries("/proc/self/fd").value().size();
  };
  const auto files = open_files();
  std::array<Child, kFew / 2 + 1> children;
  for (const auto& child : children)
    ASSERT_TRUE(liveness.watch(child.pid(), child.start()));
  EXPECT_EQ(open_files(), files + kFew / 2);
  EXPECT_TRUE(liveness.ended().empty());
  children.back().end();
  EXPECT_EQ(liveness.ended().size(), 1u);
  for (const auto& child : children) liveness.unwatch(child.pid());
  EXPECT_EQ(open_files(), files);
}

/// As the first process of a pid namespace with a /proc of its own.
int reuse_a_pid() {
  if (mount("", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
      mount("proc", "/proc", "proc", 0, nullptr) != 0)
    return 77;
  PidfdLiveness with_pidfd;
  PidfdLiveness without;
  constexpr pid_t kPid = 4000;
  std::optional<Child> first(kPid);
  if (first->pid() != kPid) return 77;
  const auto start = first->start();
  EXPECT_TRUE(with_pidfd.watch(kPid, start));
  {
    const NoDescriptors none;
    EXPECT_TRUE(without.watch(kPid, start));
  }
  first.reset();
  std::this_thread::sleep_for(std::chrono::milliseconds(30));  // 3 ticks
  Child second(kPid);
  EXPECT_EQ(second.pid(), kPid);
  EXPECT_NE(second.start(), start);
  const std::vector<pid_t> ended{kPid};
  EXPECT_EQ(with_pidfd.ended(), ended);
  EXPECT_EQ(without.ended(), ended);
  EXPECT_FALSE(with_pidfd.watch(kPid, start));
  EXPECT_TRUE(with_pidfd.watch(kPid, second.start()));
  EXPECT_TRUE(with_pidfd.ended().empty());
  return 0;
}

TEST(PidfdLiveness, KnowsAPidThatIsUsedAgain) {
  const int status = in_child([] {
    if (unshare(CLONE_NEWPID | CLONE_NEWNS) != 0) return 77;
    return in_child(reuse_a_pid);
  });
  if (status == 77) GTEST_SKIP() << "needs root, to make a pid namespace";
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace netstat
