#include "compile/listing.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "check/check_test.h"

namespace balance {
namespace {

/// Host "" is called home, node1 calls itself n1, nothing is known of others;
/// disk has two instances everywhere.
ListingWorld world() {
  ListingWorld out;
  out.host_name = [](const std::string& host) {
    if (host.empty()) return "home";
    return host == "node1" ? "n1" : "";
  };
  out.instances = [](const std::string& metric, const std::string&) {
    using Names = std::vector<std::string>;
    return metric == "disk" ? Names{"sda", "1 minute"} : Names();
  };
  return out;
}

struct Case {
  const char* text;
  const char* rule;
  const char* about = nullptr;  ///< null: as `rule`
};

constexpr Case kCases[] = {
    // What is fetched.
    {"a = x;", "x :home"},
    {"a = 'x' :node1 :'h-2';", "x :n1 :h-2"},
    {"a = disk;", "disk :home #sda #'1 minute'"},
    {"a = disk #'sda' @0..2;", "disk :home #sda @0..2"},
    {"a = x @2..4;", "x :home @2..4"},
    {"a = x @3;", "x :home @3"},
    {"a = x @0;", "x :home"},
    // Constants are computed, names replaced.
    {"k = 1024; a = x > $k * 2 Kbyte / 4;", "x :home > 524288", "x :home"},
    {"a = x > 0.1;", "x :home > 0.1", "x :home"},
    {"a = x > 1234567.891;", "x :home > 1234567.891", "x :home"},
    {"a = x > 239 * 1024 Kbyte;", "x :home > 250609664", "x :home"},
    {"a = x > 0.0006 hour;", "x :home > 2.16", "x :home"},
    {"a = x > 12345678901234567890;", "x :home > 1.23456789012346e+19",
     "x :home"},
    {"a = -5 * x;", "-5 * x :home"},
    {"h = \":node1 :n2\"; a = x $h;", "x :n1 :n2"},
    {"s = x + 1; t = $s * 2; a = $t > 4;", "((x :home + 1) * 2) > 4",
     "(x :home + 1) * 2"},
    {"a = $minute > 2;", "$minute > 2"},
    {"a = x == \"on\";", "x :home == \"on\"", "x :home"},
    // Operators.
    {"a = x + y * z - 1;", "(x :home + (y :home * z :home)) - 1"},
    {"a = -(x + 1);", "- (x :home + 1)"},
    {"a = -x;", "- (x :home)"},
    {"a = x > 1 && y > 2 && z > 3 || !(w > 4);",
     "(((x :home > 1) && (y :home > 2)) && (z :home > 3)) || "
     "(! (w :home > 4))",
     "x :home"},
    {"a = rising x > 4;", "rising (x :home > 4)", "x :home"},
    {"a = rate x > rate y;", "rate (x :home) > rate (y :home)",
     "rate (x :home)"},
    {"a = instant x;", "instant (x :home)"},
    {"a = x > 4 for 1 min;", "(x :home > 4) for 60 sec", "x :home"},
    {"a = greatest(x, y, 2) > pow(x, 2);",
     "greatest(x :home, y :home, 2) > pow(x :home, 2)",
     "greatest(x :home, y :home, 2)"},
    // Aggregates.
    {"a = min_sample x @0..2 > 0;", "min_sample (x :home @0..2) > 0",
     "min_sample (x :home @0..2)"},
    {"a = some_inst disk > 3;", "some_inst (disk :home #sda #'1 minute' > 3)",
     "disk :home #sda #'1 minute'"},
    {"a = 25%_inst x + 1 > 3;", "pcnt_inst 25% ((x :home + 1) > 3)",
     "x :home + 1"},
    {"a = count_host (some_inst x > 3) > 0;",
     "count_host (some_inst (x :home > 3)) > 0",
     "count_host (some_inst (x :home > 3))"},
    {"a = match_inst \"sd.*\\\\d\" x > 3;",
     "match_inst \"sd.*\\\\d\" (x :home > 3)", "x :home"},
    // Rules.
    {"a = x > 1 -> print 5 min \"a\" \"say \\\"%v\\\"\";",
     "x :home > 1 -> print 300 \"a\" \"say \\\"%v\\\"\"", "x :home"},
    {"a = x > 1 -> print \"a\" & syslog \"-p\" \"b\" | shell \"c\";",
     "x :home > 1 -> ((print \"a\") & (syslog \"-p\" \"b\")) | (shell \"c\")",
     "x :home"},
    {"a = x > 1 -> (print \"a\" | alarm \"b\") & stomp 0 sec \"c\";",
     "x :home > 1 -> ((print \"a\") | (alarm \"b\")) & (stomp 0 \"c\")",
     "x :home"},
    {"a = x > 1 -> migrate pick 1 by min y to :n1;",
     "x :home > 1 -> migrate pick 1 by min y to :n1", "x :home"},
    {"a = ruleset x > 1 -> print \"a\" else y > 2 -> print \"b\" "
     "unknown -> print \"c\" otherwise -> print \"d\";",
     "ruleset x :home > 1 -> print \"a\" else y :home > 2 -> print \"b\" "
     "unknown -> print \"c\" otherwise -> print \"d\"",
     "x :home"},
    {"a = print \"always\";", "print \"always\""},
    {"a = $hour > 2 -> print \"late\";", "$hour > 2 -> print \"late\""},
};

TEST(Listing, IsCanonical) {
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.text);
    const check::CheckedTexts texts({c.text});
    ASSERT_FALSE(texts.diagnostics().has_errors())
        << texts.diagnostics().text();
    const std::vector<Listed> all = list_rules(*texts);
    ASSERT_FALSE(all.empty());
    const Listed& last = all.back();
    EXPECT_EQ(last.name, "a");
    EXPECT_EQ(listing_text(last.rule, world()), c.rule);
    EXPECT_EQ(listing_text(last.about, world()),
              c.about == nullptr ? c.rule : c.about);
  }
}

TEST(Listing, HasWhatHasAValue) {
  const check::CheckedTexts texts(
      {"k = 5; x > $k; delta = 1 sec; gain = my(x) - target(x);", "b = x;"});
  std::string names;
  for (const Listed& each : list_rules(*texts)) names += each.name + ' ';
  EXPECT_EQ(names, "expr_1 b ");
}

/// Each name doubles the text.
TEST(Listing, IsNeverVeryLong) {
  std::string text = "n0 = x;";
  for (int i = 1; i <= 60; ++i)
    text += fmt::format("n{} = $n{} + $n{};", i, i - 1, i - 1);
  const check::CheckedTexts texts({text});
  const std::vector<Listed> all = list_rules(*texts);
  ASSERT_EQ(all.size(), 61U);
  const std::string last = listing_text(all.back().rule, world());
  EXPECT_LT(last.size(), 100'000U);
  EXPECT_NE(last.find(" + $n58)"), std::string::npos);
}

TEST(Listing, UnknownHostsAreAsWritten) {
  ListingWorld nobody = world();
  nobody.host_name = [](const std::string&) { return ""; };
  const ListingParts parts =
      list_rules(*check::CheckedTexts({"x + y :n2;"}))[0].rule;
  EXPECT_EQ(listing_text(parts, nobody), "x + y :n2");
}

TEST(Listing, NamesAreQuotedWhereTheyMust) {
  EXPECT_EQ(listing_name("bin-100"), "bin-100");
  EXPECT_EQ(listing_name("/dev/sda1"), "/dev/sda1");
  EXPECT_EQ(listing_name("1 minute"), "'1 minute'");
  EXPECT_EQ(listing_name("it's $5"), "'it\\'s \\$5'");
}

}  // namespace
}  // namespace balance
