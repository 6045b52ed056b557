#include "tools/time_window.h"

#include <ctime>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace balance {
namespace {

/// Archives from 12:26:40 to 12:27:40.
constexpr double kBegin = 1600000000;
constexpr double kEnd = kBegin + 60;

struct Row {
  std::string start, finish, align, origin;
  double from, to;  ///< seconds after kBegin
};

CommandLine command_of(const Row& row) {
  CommandLine out;
  out.start = row.start;
  out.finish = row.finish;
  out.align = row.align;
  out.origin = row.origin;
  return out;
}

TEST(TimeWindow, IsWhatPmieMakesOfTheOptions) {
  ASSERT_TRUE(use_zone("UTC"));
  const std::vector<Row> kTable = {
      {"", "", "", "", 0, 60},
      {"10", "", "", "", 10, 60},
      {"", "25", "", "", 0, 25},
      {"10", "25", "", "", 10, 35},
      {"", "-5", "", "", 0, 55},
      {"-20", "", "", "", 40, 60},
      {"@12:27:00", "@12:27:30", "", "", 20, 50},
      {"", "", "1min", "", 20, 60},
      {"", "", "", "15", 15, 60},
      {"10", "", "", "15", 25, 60},
  };
  for (const Row& row : kTable) {
    const auto window = time_window(command_of(row), kBegin, kEnd);
    ASSERT_TRUE(window) << window.error().text;
    EXPECT_DOUBLE_EQ(window->start_s, kBegin + row.from)
        << "-S " << row.start << " -A " << row.align << " -O " << row.origin;
    EXPECT_DOUBLE_EQ(window->end_s, kBegin + row.to)
        << "-S " << row.start << " -T " << row.finish;
  }
}

TEST(TimeWindow, OfALiveRunBeginsNow) {
  const auto open = time_window({}, kBegin + 0.25, end_of_time_s());
  ASSERT_TRUE(open);
  EXPECT_DOUBLE_EQ(open->start_s, kBegin + 0.25);
  EXPECT_DOUBLE_EQ(open->end_s, end_of_time_s());
  CommandLine command;
  command.finish = "2.5";
  const auto bounded = time_window(command, kBegin, end_of_time_s());
  ASSERT_TRUE(bounded);
  EXPECT_DOUBLE_EQ(bounded->end_s, kBegin + 2.5);
}

TEST(TimeWindow, SaysWhatItDoesNotUnderstand) {
  CommandLine command;
  command.start = "nonsense";
  const auto window = time_window(command, kBegin, kEnd);
  ASSERT_FALSE(window);
  EXPECT_EQ(window.error().text, "nonsense\n^ -- unexpected value\n");
}

TEST(Zone, IsThatOfTimesReadAndWritten) {
  ASSERT_TRUE(use_zone("EST5"));
  const auto begin = static_cast<std::time_t>(kBegin);
  std::tm tm{};
  localtime_r(&begin, &tm);
  EXPECT_EQ(tm.tm_hour, 7);
  CommandLine command;
  command.start = "@07:27:00";
  const auto window = time_window(command, kBegin, kEnd);
  ASSERT_TRUE(window) << window.error().text;
  EXPECT_DOUBLE_EQ(window->start_s, kBegin + 20);
  ASSERT_TRUE(use_zone("UTC"));
}

TEST(Zone, OfASourceThatIsNotThereIsAnError) {
  const auto zone = use_zone_of(2, "/no/such/archive");
  ASSERT_FALSE(zone);
  EXPECT_EQ(zone.error().text,
            "pmNewContext failed: No such file or directory");
}

}  // namespace
}  // namespace balance
