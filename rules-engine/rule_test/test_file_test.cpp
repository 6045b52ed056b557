// Reading files of rule tests: what is wrong is said with its place.
#include "rule_test/test_file.h"

#include <cstdlib>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "rule_test/start_time.h"

namespace balance {
namespace {

/// "LINE:COLUMN what is wrong", or "".
std::string fault_of(const std::string& text) {
  const auto source = std::make_shared<const base::SourceFile>("f", text);
  const auto file = read_test_file(source);
  if (file) return "";
  const base::Place place = source->place(file.error().offset);
  return fmt::format("{}:{} {}", place.line, place.column, file.error().what);
}

TEST(TestFile, FaultsOfTheFile) {
  const std::pair<const char*, const char*> table[] = {
      {"", "1:1 no test: each begins with a line `# NAME`"},
      {"// only a comment\n\n",
       "1:1 no test: each begins with a line `# NAME`"},
      {"every 5 sec\n", "1:1 a test begins with a line `# NAME`"},
      {"#\nrules {}\n", "1:1 a test needs a name behind `#`"},
      {"# a\nat 0 none\n", "1:1 test `a` has no rules"},
      {"# a\nrules {}\n", "1:1 test `a` expects nothing"},
      {"# a\nrules {}\nat 0 none\n# a\nrules {}\nat 0 none\n",
       "4:1 a second test `a`"},
      {"# a\nrules {\n x = 1;\n",
       "2:1 these rules do not end: a line that "
       "begins with `}` is missing"},
      {"# a\nrules { x = 1;\nat 0 none\n", "2:15 `}` is missing here"},
      {"# a\nrules {\n} x\n", "3:2 nothing may stand behind the `}` of rules"},
      {"# a\nrules\n", "2:6 a file, or `{`, is missing here"},
      {"# a\nrules a b\n",
       "2:9 nothing is expected behind this, but `b` is "
       "there"},
      {"# a\nrules {}\nload :a : 'x\nat 0 none\n",
       "3:11 a quote without its end"},
      {"# a\nrules {}\nload :a : 1\n  2 3z\nat 0 none\n",
       "4:5 not a value: 3z (3, 3x4, 0+10x5, _ or \"text\")"},
      {"# a\nrules {}\nload :a : 1\nload :a : 1\nat 0 none\n",
       "4:1 load :a is given twice"},
      {"# a\nrules {}\nlaod\nat 0 none\n",
       "3:1 not a series: METRIC :HOST ['INSTANCE'] : VALUES"},
  };
  for (const auto& [text, why] : table) EXPECT_EQ(fault_of(text), why) << text;
}

TEST(TestFile, FaultsOfALine) {
  const std::pair<const char*, const char*> table[] = {
      {"every 5", "3:8 a unit of time is missing here: sec, min, …"},
      {"every 5 byte", "3:9 a unit of time is missing here: sec, min, …"},
      {"every 0 sec", "3:7 a time must be above 0"},
      {"every x sec", "3:7 a time is wanted, not `x`"},
      {"every 5 sec\nevery 5 sec", "4:1 `every` is given twice"},
      {"start noon",
       "3:7 a time is wanted: 14:30, 2026-11-26 14:30, or "
       "seconds since the epoch"},
      {"at", "3:3 the number of an evaluation, or a time, is missing here"},
      {"at x none",
       "3:4 the number of an evaluation, or a time, is wanted, "
       "not `x`"},
      {"at 1.5 none",
       "3:4 no evaluation has the number 1.5: they are whole "
       "and below 100000"},
      {"at 100000 none",
       "3:4 no evaluation has the number 100000: they are "
       "whole and below 100000"},
      {"at 0.. none",
       "3:8 the number of an evaluation, or a time, is wanted, "
       "not `none`"},
      {"at 0", "3:5 what is expected is missing here"},
      {"at 0 moev r 1 a -> b",
       "3:6 `moev` is nothing that can be expected; there are: move, none, "
       "skip, value, true, false, unknown, print, alarm, syslog, shell, stomp, "
       "silent, outcome"},
      {"at 0 move r 1 a b", "3:17 `->` is missing here"},
      {"at 0 move r 1 a ->", "3:19 a host is missing here"},
      {"at 0 skip r 1 a why",
       "3:17 `why` is no reason; there are: taken, where, unknown, no-key, "
       "in-flight, cooldown, limit, no-target, at-home, no-place, not-needed"},
      {"at 0 none x", "3:11 nothing is expected behind this, but `x` is there"},
      {"at 0 value x", "3:13 `:` is missing here"},
      {"at 0 true", "3:10 a name is missing here"},
      {"at 0 print x", "3:12 a text in quotes is wanted"},
      {"error C01", "3:10 `at` is missing here"},
      {"error C01 at 1:1 oops", "3:18 `error` or `warning` is wanted"},
      {"outcome r 1 lost", "3:13 done, failed or refused is wanted"},
      {"outcome r 1 done after 0", "3:24 it must be above 0"},
  };
  for (const auto& [line, why] : table)
    EXPECT_EQ(fault_of(fmt::format("# a\nrules {{}}\n{}\nat 0 none\n", line)),
              why)
        << line;
}

TEST(TestFile, WhatIsRight) {
  const auto file = read_test_file(std::make_shared<const base::SourceFile>(
      "f", R"(// What stands before the first test.
# One   of  two
every 1 min
start 2026-11-26 14:30
host here
rules { x = load > 1; }    // on one line
rules more.rules
load :here : 1 2
  3x2                      // goes on
at 0..2 none
at 1 min .. 3 min silent
at 1 outcome r 001001 refused after 30 sec

# Two
rules {
  y = { };
}
every :here : 3            // a metric of that name
at 2 min true y
)"));
  ASSERT_TRUE(file.has_value()) << file.error().what;
  ASSERT_EQ(file->tests.size(), 2U);
  const RuleTest& one = file->tests[0];
  EXPECT_EQ(one.title, "One of two");
  EXPECT_EQ(one.every_s, 60);
  EXPECT_EQ(one.host, "here");
  ASSERT_EQ(one.rules.size(), 2U);
  EXPECT_EQ(file->source->text().substr(one.rules[0].begin,
                                        one.rules[0].end - one.rules[0].begin),
            " x = load > 1; ");
  EXPECT_EQ(one.rules[1].path, "more.rules");
  const auto& rows = one.series.metrics().at("load").rows;
  EXPECT_EQ(rows.at({"here", ""}).values.size(), 4U);
  ASSERT_EQ(one.expectations.size(), 2U);
  EXPECT_EQ(one.expectations[0].when.last.value, 2);
  EXPECT_FALSE(one.expectations[0].when.last.seconds);
  EXPECT_EQ(one.expectations[1].when.last.value, 180);
  EXPECT_TRUE(one.expectations[1].when.last.seconds);
  ASSERT_EQ(one.outcomes.size(), 1U);
  EXPECT_EQ(one.outcomes[0].state, MoveState::refused);
  EXPECT_EQ(one.outcomes[0].after->value, 30);
  const RuleTest& two = file->tests[1];
  EXPECT_FALSE(two.every_s);
  EXPECT_TRUE(two.series.metrics().contains("every"));
  EXPECT_EQ(place_of(*file, two.expectations[0].offset), "f:19:10");
}

TEST(StartTime, IsADayATimeOrSeconds) {
  setenv("TZ", "UTC", 1);
  tzset();
  const std::pair<std::vector<std::string>, std::optional<double>> table[] = {
      {{"0"}, 0},
      {{"1795703400"}, 1795703400},
      {{"14:30"}, 52200},
      {{"14:30:05"}, 52205},
      {{"2026-11-26"}, 1795651200},
      {{"2026-11-26", "14:30"}, 1795703400},
      {{"14:30", "2026-11-26"}, std::nullopt},
      {{"2026-11-26", "x"}, std::nullopt},
      {{"25:00"}, std::nullopt},
      {{"-5"}, std::nullopt},
      {{"1", "2", "3"}, std::nullopt},
      {{}, std::nullopt},
  };
  for (const auto& [words, when] : table)
    EXPECT_EQ(find_start_time(words), when) << fmt::format("{}", words.size());
}

}  // namespace
}  // namespace balance
