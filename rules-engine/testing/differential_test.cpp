// Generated rules over generated series: the compiled program says what the
// tree walker says. Seeds are fixed, so a failure comes again.
#include "testing/differential.h"

#include <gtest/gtest.h>

#include "testing/rule_gen.h"

namespace balance::testing {
namespace {

Case make_case(std::uint64_t seed) {
  Dice dice(seed);
  Case out;
  out.rules = generate_rules(dice);
  out.series.seed = seed;
  // A quarter of them without trouble, a quarter with some of it.
  if (seed % 4 == 0) out.series.troubles = 0;
  if (seed % 4 == 1)
    out.series.troubles = static_cast<unsigned>(dice.below(256));
  return out;
}

/// Seeds from `GetParam() * kPrograms`.
class Differential : public ::testing::TestWithParam<int> {
 protected:
  static constexpr std::uint64_t kPrograms = 750;
};

TEST_P(Differential, TheCompiledProgramSaysWhatTheTreeSays) {
  const std::uint64_t first =
      static_cast<std::uint64_t>(GetParam()) * kPrograms;
  Comparison all;
  for (std::uint64_t seed = first; seed < first + kPrograms; ++seed) {
    const Case one = make_case(seed);
    const Comparison found = compare(one.rules.text(), one.series);
    ASSERT_EQ(found.invalid, "") << "seed " << seed << "\n" << one.rules.text();
    if (!found.difference.empty())
      FAIL() << "seed " << seed << "\n" << report(shrink(one));
    all.values += found.values;
    all.known += found.known;
    all.rules += found.rules;
    all.skipped += found.skipped;
  }
  // The programs must be about something.
  EXPECT_GT(all.values, kPrograms * 50);
  EXPECT_GT(all.known, all.values / 3);
  EXPECT_LT(all.skipped, all.rules / 20);
}

INSTANTIATE_TEST_SUITE_P(Seeds, Differential, ::testing::Range(0, 4));

TEST(RuleGen, WritesAllThatTheLanguageHas) {
  std::string all;
  for (std::uint64_t seed = 0; seed < 300; ++seed)
    all += make_case(seed).rules.text();
  for (const char* word :
       {" + ",       " - ",        " * ",       " / ",         "(- ",
        "rate ",     "instant ",   "rising ",   "falling ",    "(! ",
        " < ",       " <= ",       " > ",       " >= ",        " == ",
        " != ",      " && ",       " || ",      ") for ",      "match_inst ",
        "sum_inst ", "avg_host ",  "min_inst ", "max_sample ", "count_host ",
        "some_inst", "all_sample", "50%_host",  "pow(",        "exp(",
        "log(",      "floor(",     "ceil(",     "abs(",        "least(",
        "greatest(", "known(",     "default(",  "latch(",      "$hour",
        "$n1",       "true",       "ruleset ",  " else ",      " unknown ->",
        "otherwise", "print 10 ",  "syslog ",   "\" & ",       "\" | ",
        "delta = ",  " :h1 :h2",   " #'sda'",   " @2",         " @0..",
        "\"off\""})
    EXPECT_NE(all.find(word), std::string::npos) << word;
}

}  // namespace
}  // namespace balance::testing
