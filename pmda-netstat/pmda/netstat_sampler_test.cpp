#include <gtest/gtest.h>

#include "pmda/fake_feeds.h"
#include "pmda/sampler.h"

namespace netstat {
namespace {

using namespace std::chrono_literals;

class SamplerTest : public testing::Test {
 protected:
  void SetUp() override {
    node_.holders = {{fake_process(10, 1001), {fake_tcp(100, 50, 70)}}};
  }

  void start(Pace::Duration interval, Feeds feeds) {
    sampler_.emplace(std::move(feeds), liveness_, interval);
  }
  void start(Pace::Duration interval) { start(interval, fake_feeds(node_)); }
  /// Until the first sample was made or tried, however busy the machine is.
  void settle() {
    EXPECT_TRUE(wait_for([&] {
      const Summary all = summary();
      return all.fresh || !all.status.trouble.empty();
    }));
  }

  Summary summary() {
    const auto lock = sampler_->ask();
    return sampler_->summary();
  }

  /// Until `holds` (at most 20 s), without asking the sampler.
  template <class Condition>
  static bool wait_for(Condition holds) {
    const auto end = std::chrono::steady_clock::now() + 20s;
    while (std::chrono::steady_clock::now() < end) {
      if (holds()) return true;
      std::this_thread::sleep_for(1ms);
    }
    return false;
  }
  int reads() {
    const std::lock_guard lock(node_.mutex);
    return node_.reads;
  }

  FakeNode node_;
  FakeLiveness liveness_;
  std::optional<Sampler> sampler_;
};

TEST_F(SamplerTest, SleepsAfterTheFirstSampleUntilSomebodyAsks) {
  start(2ms);
  EXPECT_TRUE(wait_for([&] { return reads() == 1; }));
  std::this_thread::sleep_for(50ms);
  EXPECT_EQ(reads(), 1);
  EXPECT_GE(summary().status.samples, 2u) << "not the old one";
}

TEST_F(SamplerTest, AnswersTheFirstQuestionAtOnce) {
  start(1h);
  settle();
  const Summary all = summary();
  EXPECT_TRUE(all.fresh);
  EXPECT_EQ(all.status.samples, 1u);
  EXPECT_EQ(all.status.source, "walk");
  EXPECT_EQ(all.status.closes, "bpf");
  EXPECT_EQ(all.status.sockets, 1u);
  EXPECT_EQ(all.connections, 1u);
  EXPECT_EQ(all.processes, 1u);
  EXPECT_EQ(all.interval_s, 3600);
  EXPECT_EQ(all.status.lost_closes, 2u);
  EXPECT_EQ(all.status.lost_bytes, 75u);
}

TEST_F(SamplerTest, OneSampleServesAll) {
  start(1h);
  settle();
  for (int i = 0; i < 500; ++i) EXPECT_EQ(summary().status.samples, 1u);
  EXPECT_EQ(reads(), 1);
}

TEST_F(SamplerTest, GoesOnBySelf) {
  start(5ms);
  summary();
  EXPECT_TRUE(wait_for([&] { return reads() >= 5; }));
}

TEST_F(SamplerTest, ASlowSourceHoldsNobodyUpTwice) {
  node_.slowness = 150ms;
  start(1ms);
  EXPECT_TRUE(wait_for([&] { return summary().fresh; }));
  {
    const std::lock_guard lock(node_.mutex);
    node_.slowness = 3s;
  }
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(summary().fresh);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 2s);
}

TEST_F(SamplerTest, WithoutASampleInTimeThereAreNoValues) {
  node_.slowness = 1500ms;
  start(1h);
  EXPECT_FALSE(summary().fresh);
  EXPECT_TRUE(wait_for([&] { return summary().fresh; }));
}

TEST_F(SamplerTest, SaysWhatIsWrongWithTheSourceAndGoesOn) {
  node_.source_fails = "no way in";
  start(1ms);
  settle();
  Summary all = summary();
  EXPECT_FALSE(all.fresh);
  EXPECT_EQ(all.status.trouble, "no way in");
  EXPECT_EQ(all.status.samples, 0u);
  {
    const std::lock_guard lock(node_.mutex);
    node_.source_fails.clear();
  }
  EXPECT_TRUE(wait_for([&] { return summary().fresh; }));
  EXPECT_EQ(summary().status.trouble, "");
}

TEST_F(SamplerTest, ASourceThatThrowsIsTroubleToo) {
  class Thrower : public FakeSource {
   public:
    using FakeSource::FakeSource;
    base::Result<void> read(Reading&) override { throw std::bad_alloc(); }
  };
  Feeds feeds = fake_feeds(node_);
  feeds.source = std::make_unique<Thrower>(node_, "walk");
  start(1h, std::move(feeds));
  settle();
  EXPECT_EQ(summary().status.trouble, "std::bad_alloc");
}

TEST_F(SamplerTest, TroubleWithTheRestDoesNotSpoilTheSample) {
  node_.closes_fail = "ends unknown";
  start(1h);
  settle();
  const Summary all = summary();
  EXPECT_TRUE(all.fresh);
  EXPECT_EQ(all.connections, 1u);
  EXPECT_EQ(all.status.trouble, "ends unknown");
}

TEST_F(SamplerTest, EndsAreReadWhenManyWaitThoughNobodyAsks) {
  netstat_close close{};
  close.socket = fake_tcp(100, 60, 70);
  close.process = fake_process(10, 1001);
  close.owner = NETSTAT_OWNER_CLOSER;
  start(1h);
  EXPECT_TRUE(wait_for([&] { return reads() == 1; }));
  {
    const std::lock_guard lock(node_.mutex);
    node_.closes = {close};
  }
  eventfd_write(node_.many_closes.get(), 1);
  EXPECT_TRUE(wait_for([&] {
    const std::lock_guard lock(node_.mutex);
    return node_.closes.empty();
  }));
  EXPECT_TRUE(wait_for([&] { return summary().totals.closes == 1; }));
  EXPECT_EQ(reads(), 1);
}

TEST_F(SamplerTest, LooksForEndsNowAndThenIfThatIsAlwaysSo) {
  netstat_close close{};
  close.socket = fake_tcp(100, 60, 70);
  node_.closes_fail = "stuck";  // and fd stays readable
  Feeds feeds = fake_feeds(node_);
  class Stuck : public FakeCloses {
   public:
    using FakeCloses::FakeCloses;
    base::Result<void> read(std::vector<netstat_close>& closes) override {
      const auto result = FakeCloses::read(closes);
      eventfd_write(fd(), 1);
      return result;
    }
  };
  feeds.closes = std::make_unique<Stuck>(node_, "bpf");
  eventfd_write(node_.many_closes.get(), 1);
  const auto begin = std::chrono::steady_clock::now();
  start(1h, std::move(feeds));
  std::this_thread::sleep_for(250ms);
  const std::lock_guard lock(node_.mutex);
  const auto rests = (std::chrono::steady_clock::now() - begin) / 100ms;
  EXPECT_GE(node_.close_reads, 1);
  EXPECT_LE(node_.close_reads, rests + 3);
}

TEST_F(SamplerTest, VolumesAreSwitchedAndForgotten) {
  netstat_volume volume{};
  volume.process = fake_process(10, 1001);
  volume.inode = 777;
  volume.in_bytes = 11;
  volume.protocol = NETSTAT_UDP;
  node_.volumes = {volume};
  start(2ms);
  {
    const auto lock = sampler_->ask();
    EXPECT_FALSE(sampler_->summary().status.volumes_on);
    EXPECT_TRUE(sampler_->set_volumes(true));
    EXPECT_TRUE(sampler_->summary().status.volumes_on);
  }
  EXPECT_TRUE(wait_for([&] { return summary().status.volumes_seen; }));
  EXPECT_TRUE(wait_for([&] {
    summary();
    const std::lock_guard lock(node_.mutex);
    return !node_.forgotten.empty();
  })) << "no process holds that socket";
  EXPECT_EQ(node_.forgotten[0].inode, 777u);
  {
    const auto lock = sampler_->ask();
    const std::lock_guard node(node_.mutex);
    node_.volumes_fail = "not allowed";
  }
  const auto lock = sampler_->ask();
  EXPECT_EQ(sampler_->set_volumes(false).error().text, "not allowed");
  EXPECT_TRUE(sampler_->summary().status.volumes_on);
}

TEST_F(SamplerTest, WithoutVolumesAndEnds) {
  Feeds feeds;
  feeds.source = std::make_unique<FakeSource>(node_, "proc");
  node_.counts_bytes = false;
  feeds.no_closes = "no BPF";
  feeds.no_volumes = "none here";
  start(1h, std::move(feeds));
  settle();
  const Summary all = summary();
  EXPECT_TRUE(all.fresh);
  EXPECT_FALSE(all.status.counts_bytes);
  EXPECT_EQ(all.status.closes, "none: no BPF");
  EXPECT_EQ(all.status.lost_bytes, 0u);
  const auto lock = sampler_->ask();
  EXPECT_TRUE(sampler_->set_volumes(false));
  EXPECT_EQ(sampler_->set_volumes(true).error().text, "none here");
}

TEST_F(SamplerTest, ANewIntervalHoldsAtOnce) {
  start(1h);
  summary();
  {
    const auto lock = sampler_->ask();
    sampler_->set_interval(2ms);
    EXPECT_EQ(sampler_->summary().interval_s, 0.002);
  }
  EXPECT_TRUE(wait_for([&] { return reads() > 3; }));
}

}  // namespace
}  // namespace netstat
