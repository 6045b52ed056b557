#include "agent/source.h"

#include <cerrno>

#include <gtest/gtest.h>

#include "agent/fake_api.h"

namespace mosix {
namespace {

using std::chrono::milliseconds;

class SourceTest : public testing::Test {
 protected:
  void pass(milliseconds time) { now_ += time; }

  FakeState state_;
  Source::Clock::time_point now_{std::chrono::hours(1)};
  Source source_{std::make_unique<FakeApi>(state_), [this] { return now_; }};
};

TEST_F(SourceTest, ASnapshotServesForAWhile) {
  state_.snapshot = Snapshot{};
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(source_.snapshot());
  EXPECT_EQ(state_.snapshots, 1);
  pass(Source::kReuse - milliseconds(1));
  EXPECT_TRUE(source_.snapshot());
  EXPECT_EQ(state_.snapshots, 1);
  pass(milliseconds(1));
  EXPECT_TRUE(source_.snapshot());
  EXPECT_EQ(state_.snapshots, 2);
}

TEST_F(SourceTest, ARequestMakesItAskAgainButKeepsWhatWasShown) {
  state_.snapshot = Snapshot{};
  const Snapshot* shown = &*source_.snapshot();
  EXPECT_TRUE(source_.api().lock(1, true, 0));
  EXPECT_EQ(shown->driver, "") << "it is still there";
  EXPECT_TRUE(source_.snapshot());
  EXPECT_EQ(state_.snapshots, 2);
}

TEST_F(SourceTest, ADaemonThatIsGoneIsAskedAgainSoon) {
  EXPECT_EQ(source_.snapshot().error().code, ENOTCONN);
  pass(Source::kReuse);
  state_.snapshot = Snapshot{};
  EXPECT_TRUE(source_.snapshot());
}

TEST_F(SourceTest, ADaemonThatHangsIsLeftAlone) {
  state_.snapshot = base::fail(ETIMEDOUT, "no answer");
  EXPECT_FALSE(source_.snapshot());
  pass(Source::kRest - milliseconds(1));
  EXPECT_FALSE(source_.snapshot());
  EXPECT_EQ(state_.snapshots, 1);
  pass(milliseconds(1));
  state_.snapshot = Snapshot{};
  EXPECT_TRUE(source_.snapshot());
}

}  // namespace
}  // namespace mosix
