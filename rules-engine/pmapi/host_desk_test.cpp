// The engine's side and the askers' side, without a host.
#include "pmapi/host_desk.h"

#include <functional>
#include <thread>

#include <gtest/gtest.h>

namespace balance {
namespace {

using std::chrono::milliseconds;

/// The thread of an asker, which does as told with each order.
class Asker {
 public:
  using Work = std::function<void(const HostDesk::Order&)>;

  Asker(HostDesk& desk, HostDesk::Asker id, Work work)
      : desk_(desk), thread_([&desk, id, work = std::move(work)] {
          while (const auto order = desk.next(id)) work(*order);
          desk.gone(id);
        }) {}

  ~Asker() { desk_.close(); }
  Asker(const Asker&) = delete;
  Asker& operator=(const Asker&) = delete;

 private:
  HostDesk& desk_;
  std::jthread thread_;
};

class HostDeskTest : public testing::Test {
 protected:
  void SetUp() override {
    desk_.want("a");
    desk_.want("b");
  }
  void TearDown() override { desk_.close(); }

  void wait() {
    desk_.wait_until(HostDesk::Clock::now() + std::chrono::seconds(10));
  }
  void answer(HostDesk::Asker asker, double taken_s) {
    auto sample = std::make_shared<Sample>();
    sample->taken_s = taken_s;
    desk_.answered(asker, "name", {0}, {std::move(sample)});
  }

  HostDesk desk_{"host", milliseconds(50), true};
};

TEST_F(HostDeskTest, OnlyAHostThatIsPromptIsAwaited) {
  struct Row {
    int takes_ms;
    bool answers;
    bool awaited;  ///< at the next tick
  };
  const Row rows[] = {{0, true, true},
                      {120, true, false},
                      {0, true, true},
                      // Refused at once: it may be back as soon.
                      {0, false, true},
                      {300, false, false},
                      {0, true, true}};
  Row now{};
  const auto asked = desk_.ask({0});
  EXPECT_FALSE(asked.awaited);  // it is known that it does not answer
  ASSERT_EQ(asked.born, 1U);
  const Asker asker(desk_, 1, [&](const HostDesk::Order&) {
    std::this_thread::sleep_for(milliseconds(now.takes_ms));
    if (now.answers)
      answer(1, 0);
    else
      desk_.failed(1, {0, "no"});
  });
  wait();
  for (const Row& row : rows) {
    SCOPED_TRACE(testing::Message() << row.takes_ms << ' ' << row.answers);
    now = row;
    desk_.ask({0});
    wait();
    EXPECT_EQ(desk_.samples().empty(), !row.answers);
    now = {0, true, true};
    EXPECT_EQ(desk_.ask({0}).awaited, row.awaited);
    wait();
  }
}

TEST_F(HostDeskTest, WhatIsAskedMeanwhileIsFetchedTogether) {
  desk_.ask({0});
  desk_.ask({1});
  std::vector<std::set<std::size_t>> orders;
  const Asker asker(desk_, 1, [&](const HostDesk::Order& order) {
    EXPECT_EQ(order.metrics, (std::vector<std::string>{"a", "b"}));
    orders.push_back(order.due);
    if (orders.size() == 1) desk_.ask({1});
    answer(1, 0);
  });
  wait();
  EXPECT_EQ(orders, (std::vector<std::set<std::size_t>>{{0, 1}, {1}}));
}

TEST_F(HostDeskTest, TheFirstAnswerReplacesTheOthers) {
  ASSERT_EQ(desk_.ask({0}).born, 1U);
  ASSERT_TRUE(desk_.next(1));
  EXPECT_FALSE(desk_.ask({0}).born);  // one may take its time
  std::this_thread::sleep_for(milliseconds(1600));
  ASSERT_EQ(desk_.ask({0}).born, 2U);
  ASSERT_TRUE(desk_.next(2));
  answer(2, 20);
  EXPECT_FALSE(desk_.is_current(1));
  EXPECT_TRUE(desk_.is_current(2));
  answer(1, 10);
  ASSERT_EQ(desk_.samples().size(), 2U);
  EXPECT_EQ(desk_.samples()[0]->taken_s, 20);
  desk_.failed(1, {0, "too late to matter"});
  EXPECT_EQ(desk_.samples().size(), 2U);
  EXPECT_FALSE(desk_.next(1));
  desk_.gone(1);
  EXPECT_EQ(desk_.name(), "name");
}

TEST_F(HostDeskTest, OfThoseThatFailOneGoesOn) {
  desk_.ask({0});
  ASSERT_TRUE(desk_.next(1));
  std::this_thread::sleep_for(milliseconds(1600));
  ASSERT_EQ(desk_.ask({0}).born, 2U);
  ASSERT_TRUE(desk_.next(2));
  desk_.ask({0});
  desk_.failed(1, {0, "no"});
  EXPECT_FALSE(desk_.next(1));
  desk_.gone(1);
  desk_.failed(2, {0, "no"});
  EXPECT_TRUE(desk_.next(2));
  desk_.close();
  EXPECT_FALSE(desk_.next(2));
}

}  // namespace
}  // namespace balance
