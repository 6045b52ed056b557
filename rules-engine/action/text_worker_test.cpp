#include "action/text_worker.h"

#include <atomic>
#include <chrono>

#include <gtest/gtest.h>

namespace balance {
namespace {

Action leaf(std::uint32_t id, const std::string& text,
            Action::Kind kind = Action::Kind::shell, double hold_off_s = 0) {
  Action out;
  out.kind = kind;
  out.id = id;
  out.strings = {text};
  out.hold_off_s = hold_off_s;
  return out;
}

Action tree(Action::Kind kind, std::uint32_t id, std::vector<Action> parts) {
  Action out;
  out.kind = kind;
  out.id = id;
  out.parts = std::move(parts);
  return out;
}

/// Commands named "fail…" fail; "hang" lasts until `released`.
class TextWorkerTest : public testing::Test {
 protected:
  TextWorkerTest()
      : worker_({[this](const Firing& firing, double) {
                   const std::string& text = firing.action->strings[0];
                   while (text == "hang" && !released_)
                     std::this_thread::sleep_for(std::chrono::milliseconds(5));
                   return text.rfind("fail", 0) != 0;
                 },
                 {}}) {}
  ~TextWorkerTest() override { released_ = true; }

  std::string submit(const Action& action, double now_s = 0) {
    TextJob job;
    job.action = std::make_shared<const Action>(action);
    job.about.rule = "r";
    job.now_s = now_s;
    return worker_.submit(std::move(job));
  }
  /// What was carried out, when all has ended: "a fail!".
  std::string done() {
    for (int i = 0; i < 2000 && !worker_.is_idle(); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    EXPECT_TRUE(worker_.is_idle());
    std::string out;
    for (const TextDone& each : worker_.take_done())
      out += (out.empty() ? "" : " ") + each.firing.action->strings[0] +
             (each.success ? "" : "!");
    return out;
  }

  std::atomic<bool> released_ = false;
  TextWorker worker_;
};

TEST_F(TextWorkerTest, CarriesOutTreesInTheirOrder) {
  const auto both = [](std::vector<Action> parts) {
    return tree(Action::Kind::both, 9, std::move(parts));
  };
  const auto either = [](std::vector<Action> parts) {
    return tree(Action::Kind::either, 9, std::move(parts));
  };
  const struct {
    Action action;
    const char* done;
  } table[] = {
      {leaf(1, "a"), "a"},
      {both({leaf(1, "fail"), leaf(2, "b")}), "fail! b"},
      {either({leaf(1, "a"), leaf(2, "b")}), "a"},
      {either({leaf(1, "fail"), leaf(2, "b"), leaf(3, "c")}), "fail! b"},
      {either({both({leaf(1, "a"), leaf(2, "fail")}), leaf(3, "c")}),
       "a fail! c"},
  };
  for (const auto& row : table) {
    EXPECT_EQ(submit(row.action), "");
    EXPECT_EQ(done(), row.done);
  }
}

TEST_F(TextWorkerTest, HoldsOffEachActionByItself) {
  const Action action =
      tree(Action::Kind::both, 9,
           {leaf(1, "a", Action::Kind::shell, 60), leaf(2, "b")});
  const char* expected[] = {"a b", "b", "b", "a b"};
  for (int i = 0; i < 4; ++i) {
    submit(action, i * 20);
    EXPECT_EQ(done(), expected[i]) << i;
  }
  worker_.keep({2, 9});
  submit(action, 61);
  EXPECT_EQ(done(), "a b") << "what was forgotten is not held off";
}

TEST_F(TextWorkerTest, WhatStillRunsIsNotBegunAgain) {
  EXPECT_EQ(submit(leaf(1, "hang")), "");
  EXPECT_EQ(submit(leaf(1, "hang")),
            "it still runs since an earlier evaluation");
  EXPECT_EQ(submit(leaf(2, "b")), "");
  EXPECT_FALSE(worker_.is_idle());
  released_ = true;
  EXPECT_EQ(done(), "hang b");
  EXPECT_EQ(submit(leaf(1, "hang")), "");
  EXPECT_EQ(done(), "hang");
}

TEST_F(TextWorkerTest, TheQueueIsBounded) {
  submit(leaf(0, "hang"));
  std::uint32_t accepted = 0;
  std::string why;
  for (std::uint32_t id = 1; id < 1000 && why.empty(); ++id) {
    why = submit(leaf(id, "x"));
    accepted += why.empty() ? 1 : 0;
  }
  EXPECT_EQ(why, "256 actions wait already");
  // The first may wait itself, or be under way.
  EXPECT_GE(accepted + 1, TextWorker::kMostWaiting);
  released_ = true;
  done();
}

TEST(TakesLong, CommandsAndServers) {
  const Action print = leaf(1, "a", Action::Kind::print);
  EXPECT_FALSE(takes_long(print));
  EXPECT_FALSE(takes_long(leaf(1, "a", Action::Kind::syslog)));
  EXPECT_TRUE(takes_long(leaf(1, "a", Action::Kind::stomp)));
  EXPECT_TRUE(takes_long(
      tree(Action::Kind::both, 1, {print, leaf(2, "a", Action::Kind::shell)})));
}

}  // namespace
}  // namespace balance
