#include "lang/print.h"

#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "lang/parse_test.h"

namespace balance::lang {
namespace {

struct Case {
  const char* text;
  const char* printed;
};

constexpr Case kCases[] = {
    // Numbers and units.
    {"a = 5-3;", "a = 5 - 3;\n"},
    {"a = 5e+2 + .5;", "a = 500 + 0.5;\n"},
    {"a = 500 Kbytes/secs", "a = 500 Kbyte / sec;\n"},
    {"a = 4 / min * 2", "a = 4 / min * 2;\n"},
    {"a = 4 / x", "a = 4 / x;\n"},
    {"a = 1 Kbyte^2 sec", "a = 1 Kbyte^2 sec;\n"},
    {"a = 4 / count_host x > 0", "a = 4 / count_host x > 0;\n"},
    {"a = 1. + 2.e1 - 5.sec + 1e-400", "a = 1 + 20 - 5 sec + 0;\n"},
    {"x = t @1..2 > t @1. .. .5", "x = t @1..2 > t @0..1;\n"},
    {"x = t @1.7 > t @1.9..3.2", "x = t @1 > t @1..3;\n"},
    {"a = 5 Kbyte Mbyte / sec^2 count", "a = 5 Kbyte Mbyte / sec^2 count;\n"},
    // Blanks, comments, ends.
    {"", ""},
    {" ; ; // c ; \n /* ; */ ;", ""},
    {"a = 1; b = 2 }c=3", "a = 1;\nb = 2;\nc = 3;\n"},
    {"a = 1; . rubbish ((", "a = 1;\n"},
    {"a /* x */ = // y\n 1;", "a = 1;\n"},
    // Names.
    {"'count' = 5; x = $count + $'count';",
     "'count' = 5;\nx = $count + $count;\n"},
    {"x = 'a b' :'h-1' #'1 minute' @0..2 > $'odd one'",
     "x = 'a b' :'h-1' #'1 minute' @0..2 > $'odd one';\n"},
    {"x = a\\-b > 1", "x = 'a-b' > 1;\n"},
    {"x = a @7..3", "x = a @3..7;\n"},
    {"for = 5; x = $for + for", "for = 5;\nx = $for + for;\n"},
    {"migrate = 3; x = migrate > 1;", "migrate = 3;\nx = migrate > 1;\n"},
    {"x = TRUE > Some_inst", "x = TRUE > Some_inst;\n"},
    {"x = 'max' > 'rate'", "x = 'max' > 'rate';\n"},
    // Precedence.
    {"a + b * c - d", "a + b * c - d;\n"},
    {"a || b && c", "a || b && c;\n"},
    {"((a > 1)) && (b > 2)", "(a > 1) && (b > 2);\n"},
    {"sum_inst a + b", "sum_inst a + b;\n"},
    {"rising some_host 90 %_inst a > 1 for 30 sec",
     "rising some_host 90 %_inst a > 1 for 30 sec;\n"},
    {"x = 50%_sample a > 1", "x = 50 %_sample a > 1;\n"},
    {"nomatch_inst \"x.*\\$\" a > 1 && ! b > 1",
     "nomatch_inst \"x.*\\$\" a > 1 && ! b > 1;\n"},
    {"count_inst (a > 1) == 2", "count_inst (a > 1) == 2;\n"},
    {"hot = a > 1; count_inst $hot == 2",
     "hot = a > 1;\ncount_inst $hot == 2;\n"},
    {"s == \"x\\n\\\"\"", "s == \"x\\n\\\"\";\n"},
    {"-rate instant a > - 3", "-rate instant a > -3;\n"},
    {"pow(2, floor(x)) > now()", "pow(2, floor(x)) > now();\n"},
    {"latch(a < 1, b > 2) && known(c)", "latch(a < 1, b > 2) && known(c);\n"},
    // Rules and actions.
    {"a > 1 -> print \"x\" \"y\" & shell 5 min \"z\" | (alarm \"q\")",
     "a > 1 -> print \"x\" \"y\" & shell 5 min \"z\" | (alarm \"q\");\n"},
    {"(a > 1 -> print \"->)\")", "a > 1 -> print \"->)\";\n"},
    {"((a > 1) && b > 2) -> print \"x\"",
     "((a > 1) && b > 2) -> print \"x\";\n"},
    {"print \"x\"", "print \"x\";\n"},
    {"(print \"x\")", "(print \"x\");\n"},
    {"r = ((print \"x\" | print \"y\")) & (shell 5 \"z\")",
     "r = (print \"x\" | print \"y\") & (shell 5 \"z\");\n"},
    {"(migrate 5 sec pick 1)", "(migrate 5 sec pick 1);\n"},
    {"migrate 5 sec pick 1", "migrate 5 sec pick 1;\n"},
    {"ruleset a > 1 -> print \"a\" else (b > 1 -> print \"b\") unknown -> "
     "print \"u\" otherwise -> print \"o\"",
     "ruleset a > 1 -> print \"a\" else b > 1 -> print \"b\" unknown -> print "
     "\"u\" otherwise -> print \"o\";\n"},
    {"a > 1 -> migrate $t pick 1 by min x where (a==1)&&b==2 to :h "
     "among :a :b limit 4/min each target",
     "a > 1 -> migrate $t pick 1 by min x where (a == 1) && b == 2 to :h "
     "among :a :b limit 4 / min each target;\n"},
    {"a>1->x to max target(y) - 1 to max (b) to 'max' shift m by -n",
     "a > 1 -> x to max target(y) - 1 to max(b) to 'max' shift m by -n;\n"},
    // String macros.
    {"n = \":a :b\"; load $n > 1", "n = \":a :b\";\nload :a :b > 1;\n"},
    {"d = \"disk\"; $d.dev > $d.x$d",
     "d = \"disk\";\ndisk.dev > disk.xdisk;\n"},
    {"h = \"b\"; x = '$h-$h' > 1 -> print \"<$h> \\$h\"",
     "h = \"b\";\nx = 'b-b' > 1 -> print \"<b> \\$h\";\n"},
    {"a = \"x\"; b = \"\\$a + y\"; $b > 1",
     "a = \"x\";\nb = \"\\$a + y\";\nx + y > 1;\n"},
    // Of macros the last above counts, also of their text in others.
    {"n = 3; x = t > $n; n = \":a\"; y = t $n; n = 5; z = $n",
     "n = 3;\nx = t > $n;\nn = \":a\";\ny = t :a;\nn = 5;\nz = $n;\n"},
    {"a = \"b\"; d = \"$a\"; e = \"\\$a\"; a = \"c\"; x = $d + $e",
     "a = \"b\";\nd = \"b\";\ne = \"\\$a\";\na = \"c\";\nx = b + c;\n"},
    {"b = true; $b && t > 1 -> print \"x\"",
     "b = true;\n$b && t > 1 -> print \"x\";\n"},
    // A macro may end statements.
    {"s = \"t > 1; y = t\"; x = $s + 1; z = t",
     "s = \"t > 1; y = t\";\nx = t > 1;\ny = t + 1;\nz = t;\n"},
    {"s = \"a = 1; . b\"; $s; c = 2", "s = \"a = 1; . b\";\na = 1;\nc = 2;\n"},
    {"k = \"sum\"; n = \"5\"; x = $'k'_inst t > 1; y = $n%_host t > 1",
     "k = \"sum\";\nn = \"5\";\nx = sum_inst t > 1;\ny = 5 %_host t > 1;\n"},
    {"a = \"x\"; // $a $b\n c = \"5$\";", "a = \"x\";\nc = \"5\\$\";\n"},
};

TEST(Print, IsCanonicalAndStable) {
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.text);
    const Read first(c.text);
    EXPECT_EQ(first.diagnostics.text(), "");
    EXPECT_EQ(print(first.file), c.printed);
    const Read second(print(first.file));
    EXPECT_EQ(second.diagnostics.text(), "");
    EXPECT_EQ(print(second.file), c.printed);
  }
}

TEST(Print, ActionsByThemselves) {
  const Read read("a > 1 -> print \"x\" & ( shell 5min \"y\" )");
  const auto& rule = std::get<Rule>(read.file.statements[0].body);
  EXPECT_EQ(print_action(read.file, rule.action),
            "print \"x\" & (shell 5 min \"y\")");
}

TEST(Print, RuleFilesAreStable) {
  for (const char* name : {"algorithm1.rules", "algorithm2.rules"}) {
    SCOPED_TRACE(name);
    std::ifstream stream(std::string(MOSIX_RULES) + "/" + name);
    std::ostringstream text;
    text << stream.rdbuf();
    ASSERT_FALSE(text.str().empty());
    const Read first(text.str());
    EXPECT_EQ(first.diagnostics.text(), "");
    EXPECT_GE(first.file.statements.size(), 3U);
    const std::string printed = print(first.file);
    const Read second(printed);
    EXPECT_EQ(second.diagnostics.text(), "");
    EXPECT_EQ(print(second.file), printed);
  }
}

}  // namespace
}  // namespace balance::lang
