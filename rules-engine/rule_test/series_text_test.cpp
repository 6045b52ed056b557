// Values as text: what a token stands for, what is refused, what rules see.
#include "rule_test/series_text.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "rule_test/series.h"

namespace balance {
namespace {

std::string text_of(const SeriesValue& value) {
  if (const auto* number = std::get_if<double>(&value))
    return fmt::format("{:g}", *number);
  if (const auto* text = std::get_if<std::string>(&value))
    return "\"" + *text + "\"";
  return "_";
}

TEST(SeriesText, AToken) {
  const struct {
    const char* token;
    const char* values;  ///< "": refused
  } table[] = {
      {"3", " 3"},
      {"-0.5", " -0.5"},
      {"1e+3", " 1000"},
      {"3x4", " 3 3 3 3"},
      {"0+10x3", " 0 10 20 30"},
      {"100-5x2", " 100 95 90"},
      {"-1-1x1", " -1 -2"},
      {"-1+0.5x2", " -1 -0.5 0"},
      {"1e+3+1x1", " 1000 1001"},
      {"_", " _"},
      {"_x2", " _ _"},
      {"\"a b\"", " \"a b\""},
      {"\"\"x2", " \"\" \"\""},
      {R"("q\"\\\n")", " \"q\"\\\n\""},
      {"3x0", ""},
      {"3x", ""},
      {"3y4", ""},
      {"0+10", ""},
      {"0+x5", ""},
      {"0++5x5", ""},
      {"x4", ""},
      {"inf", ""},
      {"nan", ""},
      {"'a'", ""},
      {"_3", ""},
      {"3x100001", ""},
      {"3x99999999999999999999", ""},
  };
  for (const auto& row : table) {
    SeriesValues values;
    const std::string why = append_values(row.token, values);
    std::string got;
    if (why.empty())
      for (const SeriesValue& value : values) got += ' ' + text_of(value);
    EXPECT_EQ(got, row.values) << row.token << ": " << why;
  }
}

TEST(SeriesText, Units) {
  const struct {
    const char* text;
    int space, time, count;
    double scale;
  } table[] = {
      {"msec", 0, 1, 0, 1e-3},
      {"Kbyte", 1, 0, 0, 1024},
      {"Mbyte/sec", 1, -1, 0, 1048576},
      {"count/min", 0, -1, 1, 1.0 / 60},
      {"sec^2", 0, 2, 0, 1},
      {"bytes/sec^-1", 1, 1, 0, 1},
  };
  for (const auto& row : table) {
    const auto unit = find_series_unit(row.text);
    ASSERT_TRUE(unit) << row.text;
    EXPECT_EQ(unit->dimension,
              (lang::Dimension{row.space, row.time, row.count}))
        << row.text;
    EXPECT_DOUBLE_EQ(unit->scale, row.scale) << row.text;
  }
  for (const char* wrong : {"parsec", "sec/", "/sec", "sec^", "sec^x"})
    EXPECT_FALSE(find_series_unit(wrong)) << wrong;
}

TEST(SeriesText, WhatDoesNotFitIsRefused) {
  const std::pair<const char*, const char*> table[] = {
      {"load :a", "`:` and the values of load are missing here"},
      {"load :a :", "load has no values"},
      {"load :a : x", "not a value: x (3, 3x4, 0+10x5, _ or \"text\")"},
      {"load :a : 1 2y", "not a value: 2y (3, 3x4, 0+10x5, _ or \"text\")"},
      {"load : 3", "not a series: METRIC :HOST ['INSTANCE'] : VALUES"},
      {"parsec load :a : 3",
       "not a series: METRIC :HOST ['INSTANCE'] : VALUES"},
      {"load :z : 3", "series of an unknown host z"},
      {"load :a : 3 load :a : 4", "load :a is given twice"},
      {"cpu :a 'i' : 3 cpu :a 'i' : 4", "cpu :a 'i' is given twice"},
      {"cpu :a 'i' : 3 cpu :b : 4",
       "cpu has series with and without an instance"},
      {"load :a : 3 \"x\"", "load has numbers and texts"},
      {"load :a : 3 load :b : \"x\"", "load has numbers and texts"},
      {"counter load :a : \"x\"", "load is a text and no counter"},
      {"sec t :a : 3 msec t :b : 3",
       "t is measured in sec above, in msec here"},
      {"load :a : 'x", "a quote without its end"},
      {"load :a : 0x60000 load :b : 0x60000",
       "a test has at most 100000 values"},
  };
  for (const auto& [text, why] : table) {
    Series series({"a", "b"}, 5);
    const auto added = series.add(text);
    ASSERT_FALSE(added) << text;
    EXPECT_EQ(added.error().text, why) << text;
  }
}

TEST(Series, SamplesHaveKindUnitAndWhoIsThere) {
  Series series({"a", "b"}, 5);
  ASSERT_TRUE(
      series.add("counter msec cpu :a '7 x' : 0+500x2 "
                 "cpu :a '9 y' : _ 3 _  name :a '7 x' : \"n\" _ \"m\" "
                 "load :b : _ 1"));
  const Snapshot first = series.take(0);
  const Sample* cpu = first.find("cpu", 0);
  ASSERT_NE(cpu, nullptr);
  EXPECT_TRUE(cpu->counter);
  EXPECT_DOUBLE_EQ(cpu->scale, 1e-3);
  EXPECT_EQ(cpu->roster->instances, std::vector<int>{7}) << "9 is not born";
  EXPECT_EQ(first.find("name", 0)->texts, std::vector<std::string>{"n"});
  EXPECT_EQ(first.find("load", 1), nullptr) << "the host is down";
  const Snapshot second = series.take(5);
  EXPECT_EQ(second.find("cpu", 0)->roster->instances, (std::vector{7, 9}));
  EXPECT_EQ(second.find("name", 0)->size(), 0U);
  EXPECT_DOUBLE_EQ(second.find("load", 1)->numbers[0], 1);
}

TEST(Series, TheNumberOfAnInstanceStays) {
  Series series({"a"}, 5);
  ASSERT_TRUE(
      series.add("sent :a '7/tcp/1' : 1 _ sent :a '7/tcp/2' : 2 2 "
                 "disk :a 'sda' : 1 _ disk :a 'sdb' : 1 1"));
  for (const char* metric : {"sent", "disk"}) {
    const int before = series.take(0).find(metric, 0)->roster->instances[1];
    const Snapshot after = series.take(5);
    EXPECT_EQ(after.find(metric, 0)->roster->instances,
              std::vector<int>{before})
        << metric;
  }
}

}  // namespace
}  // namespace balance
