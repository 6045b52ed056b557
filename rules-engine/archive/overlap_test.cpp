#include "archive/overlap.h"

#include <gtest/gtest.h>

namespace balance {
namespace {

using Positions = std::vector<std::uint32_t>;

std::shared_ptr<const Roster> roster(std::vector<int> instances,
                                     std::vector<std::string> names) {
  return std::make_shared<const Roster>(
      Roster{std::move(instances), std::move(names)});
}

TEST(OverlapTest, TheSameRosterIsAllOfItself) {
  const auto a = roster({1, 2}, {"one", "two"});
  Overlap overlap;
  overlap.of(a, a);
  EXPECT_EQ(overlap.both(), a);
  EXPECT_TRUE(overlap.all_of_first());
  EXPECT_TRUE(overlap.in_first().empty());
}

TEST(OverlapTest, ARosterThatHasNoMoreIsUsedAsItIs) {
  const auto few = roster({2, 5}, {"two", "five"});
  const auto many = roster({1, 2, 5, 7}, {"one", "two", "five", "seven"});
  Overlap overlap;
  overlap.of(few, many);
  EXPECT_EQ(overlap.both(), few);
  EXPECT_TRUE(overlap.all_of_first());
  EXPECT_EQ(overlap.in_second(), (Positions{1, 2}));
  overlap.of(many, few);
  EXPECT_EQ(overlap.both(), few);
  EXPECT_FALSE(overlap.all_of_first());
  EXPECT_EQ(overlap.in_first(), (Positions{1, 2}));
  EXPECT_EQ(overlap.in_second(), (Positions{0, 1}));
}

TEST(OverlapTest, AnInstanceIsItsNumberAndItsName) {
  const auto before = roster({1, 2, 3}, {"000001 a", "000002 b", "000003 c"});
  const auto after = roster({2, 3, 4}, {"000002 x", "000003 c", "000004 d"});
  Overlap overlap;
  overlap.of(before, after);
  EXPECT_EQ(overlap.both()->instances, std::vector<int>{3});
  EXPECT_EQ(overlap.both()->names, std::vector<std::string>{"000003 c"});
  EXPECT_EQ(overlap.in_first(), Positions{2});
  EXPECT_EQ(overlap.in_second(), Positions{1});
}

}  // namespace
}  // namespace balance
