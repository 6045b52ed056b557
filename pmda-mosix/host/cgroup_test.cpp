#include "host/cgroup.h"

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <memory>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/spawn.h"
#include "host/test_dir.h"

namespace mosix {
namespace {

constexpr int kLong_ms = 20000;

TEST(FindCgroup2, ReadsMountinfo) {
  const TestDir dir;
  dir.put("hybrid",
          "31 23 0:28 / /sys/fs/cgroup rw shared:9 - tmpfs tmpfs rw\n"
          "32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup2 rw,cpu\n"
          "41 31 0:38 / /sys/fs/cgroup/uni\\040fied rw - cgroup2 none rw\n");
  dir.put("v1", "32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw\n");
  EXPECT_EQ(find_cgroup2(dir.path("hybrid")).value(),
            "/sys/fs/cgroup/uni fied");
  EXPECT_EQ(find_cgroup2(dir.path("v1")).error().code, ENOENT);
}

/// The real thing, below a base of its own.
class CopyCgroupTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto mount = find_cgroup2();
    if (!mount) GTEST_SKIP() << mount.error().text;
    if (geteuid() != 0) GTEST_SKIP() << "needs root to make cgroups";
    base_ = fmt::format("{}/mosix-test-{}", *mount, getpid());
    auto made = CopyCgroup::create(base_, "c1");
    if (!made) GTEST_SKIP() << made.error().text;
    copy_ = std::make_unique<CopyCgroup>(*made);
  }
  void TearDown() override {
    if (copy_ && std::filesystem::exists(copy_->path())) {
      EXPECT_TRUE(copy_->remove());
    }
    if (!base_.empty()) rmdir(base_.c_str());
  }

  /// A program that runs in `part`.
  Child run_in(CgroupPart part, std::vector<std::string> argv) {
    SpawnOptions options;
    options.argv = std::move(argv);
    options.cgroup_procs = copy_->procs_path(part);
    auto child = spawn(options);
    EXPECT_TRUE(child) << child.error().text;
    return std::move(*child);
  }
  std::uint64_t cpu_usec() const { return copy_->cpu_usec().value(); }

  std::string base_;
  std::unique_ptr<CopyCgroup> copy_;
};

TEST_F(CopyCgroupTest, TreesAreMadeListedOpened) {
  EXPECT_TRUE(CopyCgroup::create(base_, "c1")) << "again is harmless";
  ASSERT_TRUE(CopyCgroup::create(base_, "c0"));
  EXPECT_EQ(CopyCgroup::list(base_).value(),
            (std::vector<std::string>{"c0", "c1"}));
  EXPECT_TRUE(CopyCgroup::open(base_, "c0")->remove());
  EXPECT_EQ(CopyCgroup::list(base_).value(), std::vector<std::string>{"c1"});
  EXPECT_EQ(CopyCgroup::open(base_, "c0").error().code, ENOENT);
  EXPECT_TRUE(CopyCgroup::list(base_ + "/none").value().empty());
  for (const auto* name : {"", ".", "..", "a/b"})
    EXPECT_EQ(CopyCgroup::create(base_, name).error().code, EINVAL) << name;
}

TEST_F(CopyCgroupTest, FrozenProcessesStandStill) {
  const Child child =
      run_in(CgroupPart::job, {"sh", "-c", "while :; do :; done"});
  EXPECT_EQ(copy_->pids(CgroupPart::job).value(), std::vector<int>{child.pid});
  EXPECT_TRUE(copy_->populated(CgroupPart::job).value());
  EXPECT_FALSE(copy_->populated(CgroupPart::ctl).value());
  const auto used = cpu_usec();
  while (cpu_usec() == used) usleep(1000);

  EXPECT_EQ(copy_->wait_frozen(20).error().code, ETIMEDOUT);
  ASSERT_TRUE(copy_->freeze());
  ASSERT_TRUE(copy_->wait_frozen(kLong_ms));
  EXPECT_TRUE(copy_->freeze_flag().value());
  EXPECT_TRUE(copy_->events()->frozen && copy_->events()->populated);
  const auto still = cpu_usec();
  kill(child.pid, SIGCONT);
  usleep(100000);
  EXPECT_EQ(cpu_usec(), still);

  ASSERT_TRUE(copy_->thaw());
  EXPECT_FALSE(copy_->freeze_flag().value());
  while (cpu_usec() == still) usleep(1000);
}

TEST_F(CopyCgroupTest, KillReachesTheFrozenAndTheFlagStays) {
  const Child child = run_in(CgroupPart::job, {"sleep", "1000"});
  const Child helper = run_in(CgroupPart::ctl, {"sleep", "1000"});
  ASSERT_TRUE(copy_->freeze());
  ASSERT_TRUE(copy_->wait_frozen(kLong_ms));
  ASSERT_TRUE(copy_->kill(CgroupPart::job));
  EXPECT_EQ(WTERMSIG(wait_exit(child, kLong_ms).value()), SIGKILL);
  EXPECT_TRUE(copy_->wait_empty(CgroupPart::job, kLong_ms));
  EXPECT_TRUE(copy_->freeze_flag().value());
  EXPECT_TRUE(copy_->populated(CgroupPart::ctl).value());
  EXPECT_EQ(copy_->wait_empty(CgroupPart::ctl, 20).error().code, ETIMEDOUT);
  ASSERT_TRUE(copy_->kill_all());
  EXPECT_EQ(WTERMSIG(wait_exit(helper, kLong_ms).value()), SIGKILL);
}

TEST_F(CopyCgroupTest, ProcessesMoveBetweenParts) {
  const Child child = run_in(CgroupPart::job, {"sleep", "1000"});
  ASSERT_TRUE(copy_->add(CgroupPart::ctl, child.pid));
  EXPECT_EQ(copy_->pids(CgroupPart::ctl).value(), std::vector<int>{child.pid});
  EXPECT_TRUE(copy_->pids(CgroupPart::job)->empty());
  EXPECT_FALSE(copy_->add(CgroupPart::ctl, 1 << 30));
  copy_->kill_all();
  wait_exit(child, kLong_ms);
}

TEST_F(CopyCgroupTest, RemoveKillsAllAndTakesNestedGroups) {
  const Child child = run_in(CgroupPart::job, {"sleep", "1000"});
  std::filesystem::create_directories(copy_->path(CgroupPart::job) + "/x/y");
  ASSERT_TRUE(copy_->freeze());
  const auto removed = copy_->remove(kLong_ms);
  EXPECT_TRUE(removed) << removed.error().text;
  EXPECT_FALSE(std::filesystem::exists(copy_->path()));
  EXPECT_EQ(WTERMSIG(wait_exit(child, kLong_ms).value()), SIGKILL);
  EXPECT_EQ(copy_->events().error().code, ENOENT);
  EXPECT_TRUE(copy_->remove()) << "again is harmless";
}

}  // namespace
}  // namespace mosix
