#include "agent/stores.h"

#include <cerrno>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace mosix {
namespace {

TEST(RequestText, IsThreeWords) {
  const std::string long_id(128, 'x');
  const struct {
    std::string text;
    int to;  ///< -9: malformed
  } table[] = {
      {"e1 1:2:3 2", 2},
      {"  e1\t1:2:3  home ", kHome},
      {"e1 1:2:3 best", kBest},
      {"e1 1:2:3 0", kHome},
      {"e1 1:2:3 -1", kBest},
      {"e1 1:2:18446744073709551615 65535", 65535},
      {long_id + " 1:2:3 2", 2},
      {long_id + "x 1:2:3 2", -9},
      {"", -9},
      {"e1 1:2:3", -9},
      {"e1 1:2:3 2 3", -9},
      {"e1 1:2 2", -9},
      {"e1 1:2:3:4 2", -9},
      {"e1 1::3 2", -9},
      {"e1 1:2:x 2", -9},
      {"e1 -1:2:3 2", -9},
      {"e1 1:2:3 node2", -9},
      {"e1 1:2:3 2x", -9},
      {"e1 1:2:3 -2", -9},
      {"e1 1:2:3 65536", -9},
      {"e1 1:2:3 99999999999999999999", -9},
      {"caf\xc3\xa9 1:2:3 2", -9},
      {"e\x1b[2J 1:2:3 2", -9},
  };
  for (const auto& row : table) {
    const auto request = parse_request(row.text);
    EXPECT_EQ(request ? request->to : -9, row.to) << row.text;
  }
  const auto request = parse_request("e1 1:2:3 2");
  EXPECT_EQ(request->id, "e1");
  EXPECT_EQ(request->job, "1:2:3");
}

TEST(StoredValues, AreChecked) {
  using agent::Value;
  EXPECT_EQ(parse_weight(0.0), 0.0);
  EXPECT_EQ(parse_weight(2.5), 2.5);
  for (const double bad : {-0.1, std::nan(""), HUGE_VAL, -HUGE_VAL})
    EXPECT_EQ(parse_weight(bad), std::nullopt) << bad;
  EXPECT_EQ(parse_weight(std::uint64_t{1}), std::nullopt);
  EXPECT_EQ(parse_destination(std::int64_t{3}), 3);
  EXPECT_EQ(parse_destination(std::int64_t{0}), kHome);
  EXPECT_EQ(parse_destination(std::int64_t{-1}), kBest);
  EXPECT_EQ(parse_destination(std::int64_t{-2}), std::nullopt);
  EXPECT_EQ(parse_destination(std::int64_t{65536}), std::nullopt);
  EXPECT_EQ(parse_destination(std::string("3")), std::nullopt);
}

}  // namespace
}  // namespace mosix
