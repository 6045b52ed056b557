#include "host/load.h"

#include <cerrno>
#include <csignal>
#include <filesystem>

#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>

#include "host/spawn.h"
#include "host/test_dir.h"

namespace mosix {
namespace {

/// A /proc with processes whose run and wait times the test says.
class RecordedLoad : public ::testing::Test {
 protected:
  void SetUp() override {
    dir_.put("meminfo",
             "MemTotal: 2048 kB\nMemFree: 1 kB\nMemAvailable: 1024 kB\n");
    // One CPU, so that the numbers are easy to say.
    ASSERT_EQ(sched_getaffinity(0, sizeof before_, &before_), 0);
    cpu_set_t one;
    CPU_ZERO(&one);
    for (std::size_t cpu = 0; CPU_COUNT(&one) == 0; ++cpu)
      if (CPU_ISSET(cpu, &before_)) CPU_SET(cpu, &one);
    ASSERT_EQ(sched_setaffinity(0, sizeof one, &one), 0);
  }
  void TearDown() override { sched_setaffinity(0, sizeof before_, &before_); }

  void task(int pid, int tid, double run_s, double wait_s,
            bool kernel = false) {
    dir_.put(fmt::format("{}/stat", pid),
             fmt::format("{} (x) S 1 1 1 0 -1 {} 0 0 0 0 0 0 0 0 20 0 1 0 5 0 "
                         "0 0\n",
                         pid, kernel ? 0x200000 : 0));
    const auto times =
        fmt::format("{:.0f} {:.0f} 3\n", run_s * 1e9, wait_s * 1e9);
    if (pid == tid) dir_.put(fmt::format("{}/schedstat", pid), times);
    dir_.put(fmt::format("{}/task/{}/schedstat", pid, tid), times);
  }
  void end(int pid) {
    std::filesystem::remove_all(dir_.path(std::to_string(pid)));
  }

  TestDir dir_;
  cpu_set_t before_;
};

TEST_F(RecordedLoad, CountsRunningAndWaiting) {
  LoadMeter meter(1, dir_.path());
  task(10, 10, 100, 50);
  task(11, 11, 7, 0);
  ASSERT_TRUE(meter.sample(1000));
  EXPECT_EQ(meter.load(), 0) << "the past does not count";
  EXPECT_EQ(meter.mem_total(), 2048u * 1024);
  EXPECT_EQ(meter.mem_free(), 1024u * 1024);
  EXPECT_EQ(meter.cpus(), 1u);
  EXPECT_EQ(meter.tasks(), 2u);
  task(10, 10, 101, 51);  // 2 s in which it ran for 1 and waited for 1
  ASSERT_TRUE(meter.sample(1002));
  EXPECT_NEAR(meter.load(), 1, 1e-6);
  EXPECT_NEAR(meter.util(), 50, 1e-6);
}

TEST_F(RecordedLoad, ThreadsBirthsAndEnds) {
  LoadMeter meter(1, dir_.path());
  task(10, 10, 5, 0);
  task(10, 1000, 5, 0);
  task(12, 12, 9, 9);
  ASSERT_TRUE(meter.sample(0));
  EXPECT_EQ(meter.tasks(), 3u);
  task(10, 10, 5.25, 0);
  task(10, 1000, 5, 0.25);
  task(20, 20, 0.25, 0.25);  // born since
  end(12);
  ASSERT_TRUE(meter.sample(1));
  EXPECT_NEAR(meter.load(), 1, 1e-6);
  EXPECT_NEAR(meter.util(), 50, 1e-6);
  EXPECT_EQ(meter.tasks(), 3u);
  // A new process with an old pid: its numbers are smaller.
  end(20);
  task(20, 20, 0.125, 0);
  ASSERT_TRUE(meter.sample(2));
  EXPECT_NEAR(meter.load(), 5.0 / 8 + 3.0 / 8 * 0.125, 1e-6);
}

TEST_F(RecordedLoad, KernelThreadsDoNotCount) {
  LoadMeter meter(1, dir_.path());
  task(2, 2, 0, 0, true);
  ASSERT_TRUE(meter.sample(0));
  task(2, 2, 1, 0, true);
  ASSERT_TRUE(meter.sample(1));
  EXPECT_EQ(meter.load(), 0);
  EXPECT_EQ(meter.tasks(), 0u);
  // The pid goes to a process: seen once it was free for a sample.
  end(2);
  ASSERT_TRUE(meter.sample(2));
  task(2, 2, 1, 0);
  ASSERT_TRUE(meter.sample(3));
  EXPECT_EQ(meter.tasks(), 1u);
}

TEST_F(RecordedLoad, SmoothsBySecondsNotBySamples) {
  for (const double step : {0.5, 1.0, 2.0}) {
    LoadMeter meter(1, dir_.path());
    task(10, 10, 0, 0);
    ASSERT_TRUE(meter.sample(0));
    ASSERT_TRUE(meter.sample(1));
    EXPECT_EQ(meter.load(), 0);
    for (double now = 1 + step; now <= 3; now += step) {
      task(10, 10, now - 1, 0);
      ASSERT_TRUE(meter.sample(now));
    }
    EXPECT_NEAR(meter.load(), 1 - 25.0 / 64, 1e-6) << step;
    end(10);
  }
}

TEST_F(RecordedLoad, IsMeasuredInStandardCpus) {
  LoadMeter meter(2, dir_.path());
  task(10, 10, 0, 0);
  ASSERT_TRUE(meter.sample(0));
  task(10, 10, 1, 0);
  ASSERT_TRUE(meter.sample(1));
  EXPECT_NEAR(meter.load(), 0.5, 1e-6);
  meter.set_speed(0.5);
  EXPECT_NEAR(meter.load(), 2, 1e-6);
  EXPECT_NEAR(meter.util(), 100, 1e-6);
}

TEST_F(RecordedLoad, SaysWhatIsMissing) {
  LoadMeter meter(1, dir_.path("none"));
  EXPECT_EQ(meter.sample(0).error().code, ENOENT);
}

TEST(RealLoad, ABusyChildAddsItsRunTime) {
  LoadMeter before;
  ASSERT_TRUE(before.sample(0));
  const auto child = spawn({.argv = {"sh", "-c", "while :; do :; done"}});
  ASSERT_TRUE(child);
  // Half a second of the child's life, whatever else the machine does.
  timespec pause{0, 500000000};
  nanosleep(&pause, nullptr);
  ASSERT_TRUE(before.sample(0.5));
  EXPECT_GT(before.load() * before.cpus(), 0.6);
  EXPECT_GT(before.util(), 0);
  EXPECT_GT(before.tasks(), 1u);
  EXPECT_GT(before.mem_total(), before.mem_free());
  kill(child->pid, SIGKILL);
  EXPECT_TRUE(wait_exit(*child, 20000));
}

}  // namespace
}  // namespace mosix
