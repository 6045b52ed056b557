#include <gtest/gtest.h>

#include "pmda/pace.h"

namespace netstat {
namespace {

using namespace std::chrono_literals;

class PaceTest : public testing::Test {
 protected:
  static Pace::Time at(std::chrono::milliseconds time) {
    return Pace::Time(1h) + time;
  }
  std::optional<std::chrono::milliseconds> due(std::chrono::milliseconds now) {
    const auto next = pace_.due(at(now));
    if (!next) return std::nullopt;
    return std::chrono::duration_cast<std::chrono::milliseconds>(*next -
                                                                 at(0ms));
  }
  bool is_due(std::chrono::milliseconds now) {
    const auto next = pace_.due(at(now));
    return next && *next <= at(now);
  }
  void sample(std::chrono::milliseconds began, std::chrono::milliseconds took,
              bool succeeded = true) {
    pace_.sampled(at(began), at(began + took), succeeded);
  }

  Pace pace_{1s};
};

TEST_F(PaceTest, CountingBeginsAtOnce) {
  EXPECT_TRUE(is_due(0s));
  EXPECT_FALSE(pace_.fresh(at(0s)));
  EXPECT_FALSE(pace_.last_success());
  sample(0s, 10ms);
  EXPECT_FALSE(pace_.due(at(5s))) << "nobody asks";
}

TEST_F(PaceTest, AQuestionIsReasonToSample) {
  sample(-10s, 10ms);
  EXPECT_TRUE(pace_.ask(at(0s)));
  EXPECT_TRUE(is_due(0s));
  sample(0s, 10ms);
  EXPECT_FALSE(pace_.ask(at(500ms))) << "attention goes on";
  EXPECT_EQ(due(500ms), 1s);
}

TEST_F(PaceTest, KeepsItsStepsWhateverSamplesTake) {
  pace_.ask(at(0s));
  sample(0s, 10ms);
  sample(1003ms, 300ms);  // the thread woke late
  EXPECT_EQ(due(1400ms), 2s);
  sample(2001ms, 10ms);
  EXPECT_EQ(due(2100ms), 3s);
}

TEST_F(PaceTest, MakesUpForNothingAfterAStall) {
  pace_.ask(at(0s));
  sample(0s, 10ms);
  sample(1s, 7s);  // the source hung
  EXPECT_EQ(due(8s), 9s);
  sample(9s, 10ms);
  EXPECT_EQ(due(9100ms), 10s);
  sample(15s, 10ms);  // the thread was stopped
  EXPECT_EQ(due(15100ms), 16s);
}

TEST_F(PaceTest, EndsWhenNobodyAskedForAWhile) {
  pace_.ask(at(0s));
  sample(0s, 10ms);
  sample(29s, 10ms);
  EXPECT_TRUE(due(29900ms));
  EXPECT_FALSE(due(30s));
  EXPECT_TRUE(pace_.ask(at(100s)));
  EXPECT_TRUE(is_due(100s));
}

TEST_F(PaceTest, ALongIntervalIsKeptWhenQuestionsAreRare) {
  pace_.set_interval(600s);
  pace_.ask(at(0s));
  EXPECT_TRUE(is_due(0s));
  sample(0s, 10ms);
  EXPECT_TRUE(pace_.ask(at(60s)));
  EXPECT_EQ(due(60s), 600s);
  pace_.ask(at(700s));
  EXPECT_TRUE(is_due(700s));
}

TEST_F(PaceTest, ANewIntervalCountsFromTheLastSample) {
  pace_.set_interval(2s);
  pace_.ask(at(0s));
  EXPECT_TRUE(is_due(0s));
  sample(0s, 10ms);
  EXPECT_EQ(due(100ms), 2s);
  pace_.set_interval(100ms);
  EXPECT_EQ(due(200ms), 100ms);
  EXPECT_EQ(pace_.interval(), 100ms);
}

TEST_F(PaceTest, KeepsHouseIfSomethingHappened) {
  pace_.ask(at(0s));
  sample(10s, 10ms);
  EXPECT_FALSE(due(50s));
  pace_.stir(at(50s));
  pace_.stir(at(55s));
  EXPECT_EQ(due(60s), 110s);
  pace_.set_interval(300s);
  EXPECT_EQ(due(60s), 350s) << "not more often than when asked";
  pace_.set_interval(1s);
  sample(111s, 10ms);
  EXPECT_FALSE(due(200s)) << "once";
}

TEST_F(PaceTest, ValuesGrowOldOnlyWhileSomebodyAsks) {
  pace_.ask(at(0s));
  EXPECT_FALSE(pace_.fresh(at(0s)));
  sample(0s, 10ms);
  EXPECT_TRUE(pace_.fresh(at(8s)));
  EXPECT_FALSE(pace_.fresh(at(8001ms)));
  // A slow source: the first answer after a break is what is known.
  pace_.ask(at(100s));
  EXPECT_TRUE(pace_.fresh(at(100s)));
  pace_.ask(at(109s));
  EXPECT_FALSE(pace_.fresh(at(109s)));
  sample(109s, 10ms);
  EXPECT_TRUE(pace_.fresh(at(110s)));
  EXPECT_EQ(pace_.last_success(), at(109s));
}

TEST_F(PaceTest, OldValuesOfASourceThatFailsAreNeverShown) {
  pace_.ask(at(0s));
  sample(0s, 10ms);
  sample(1s, 10ms, false);
  EXPECT_TRUE(pace_.fresh(at(8s)));
  EXPECT_FALSE(pace_.fresh(at(9s)));
  pace_.ask(at(100s));
  EXPECT_FALSE(pace_.fresh(at(100s)));
  EXPECT_EQ(pace_.last_success(), at(0s));
}

}  // namespace
}  // namespace netstat
