// Absurd inputs end with one clear error, not with a full stack or memory.
#include <gtest/gtest.h>

#include "lang/parse_test.h"

namespace balance::lang {
namespace {

std::string repeat(std::string_view text, std::size_t times) {
  std::string result;
  result.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) result += text;
  return result;
}

struct Limit {
  const char* what;
  std::string text;
  const char* code;     ///< "" if it is still legal
  const char* message;  ///< part of it
};

std::vector<Limit> limits() {
  const std::string at_limit = repeat("(", 199) + "1" + repeat(")", 199);
  return {
      {"3,000,000 (", repeat("(", 3000000), "C22", "bytes"},
      {"1000 (", repeat("(", 1000), "C22", "nested deeper than 200"},
      {"199 ()", at_limit, "", ""},
      {"!", repeat("! ", 100000) + "a", "C22", "nested deeper than 200"},
      {"-", "x = " + repeat("-", 100000) + "a", "C22", "nested deeper"},
      {"rising", repeat("rising ", 50000) + "a", "C22", "nested deeper"},
      {"some_host", repeat("some_host ", 50000) + "a", "C22", "nested deeper"},
      {"count_host", repeat("count_host ", 50000) + "a", "C22", "deeper"},
      {"call", repeat("my(", 100000), "C22", "nested deeper than 200"},
      {"sum", "x = 1" + repeat("+1", 100000), "C22", "nested deeper than 200"},
      {"sum of 150", "x = 1" + repeat("+1", 149), "", ""},
      {"flat &&", "x = a" + repeat("&&a", 100000), "", ""},
      {"&& || mixed", "x = a" + repeat("&&a||a", 1000), "C22", "deeper"},
      {"actions", "a > 1 -> " + repeat("(", 100000), "C22", "nested deeper"},
      {"string", "x = \"" + repeat("a", 65535) + "\"", "", ""},
      {"long string", "x = \"" + repeat("a", 65536) + "\"", "C22",
       "65535 bytes, this has 65536"},
      {"name", repeat("a", 254) + " > 1", "", ""},
      {"long name", repeat("a", 255) + " > 1", "C22",
       "254 bytes, this has 255"},
      {"hosts", "a" + repeat(" :h", 4096), "", ""},
      {"many hosts", "a" + repeat(" :h", 4097), "C22", "more than 4096 hosts"},
      {"clauses", "a>1 -> m" + repeat(" pick 1", 64), "", ""},
      {"many clauses", "a>1 -> m" + repeat(" pick 1", 65), "C22",
       "more than 64 clauses"},
      {"macro bomb",
       "a = \"" + repeat("x", 60000) + "\"; b = \"" + repeat("\\$a ", 1000) +
           "\"; $b",
       "C22", "a statement may have"},
      {"many errors", repeat(") ;", 100000), "P01", ""},
  };
}

TEST(Limits, AbsurdInputsAreRefusedWithAPlace) {
  for (const Limit& limit : limits()) {
    SCOPED_TRACE(limit.what);
    const Read read(limit.text);
    if (*limit.code == '\0') {
      EXPECT_EQ(errors_of(read.diagnostics), "");
      EXPECT_FALSE(read.file.statements.empty());
      continue;
    }
    ASSERT_TRUE(read.diagnostics.has_errors());
    const base::Diagnostic first = read.diagnostics.sorted().front();
    EXPECT_EQ(first.code, limit.code);
    EXPECT_NE(first.message.find(limit.message), std::string::npos)
        << first.message;
    EXPECT_NE(first.span.file, nullptr);
    EXPECT_LE(read.diagnostics.text().size(), 100000U);
  }
}

// One look ahead at each parenthesis may not scan the rest again and again
// inside itself: with 150 of them this took minutes.
TEST(Limits, LongRulesInManyParenthesesAreRead) {
  const Read read(repeat("(", 150) + repeat(" ", 500000) +
                  "a > 1 -> print \"x\"" + repeat(")", 150));
  EXPECT_EQ(errors_of(read.diagnostics), "");
  EXPECT_EQ(print(read.file), "a > 1 -> print \"x\";\n");
}

TEST(Limits, ReadingStopsAfterAHundredErrors) {
  const Read read(repeat(") ;", 100000));
  EXPECT_EQ(read.diagnostics.errors(), 101U);
  EXPECT_EQ(read.diagnostics.sorted().back().message,
            "100 errors: the rest is not read");
}

}  // namespace
}  // namespace balance::lang
