#include "lang/parse_test.h"

#include <gtest/gtest.h>

namespace balance::lang {
namespace {

struct Case {
  const char* text;
  const char* errors;
};

constexpr Case kErrors[] = {
    {"a = ;",
     "P01 1:5 an expression or a rule is expected, but the statement "
     "ends here\n"},
    {"x > ; y = 1 + ; ok > 1",
     "P01 1:5 a value to compare with is expected, but the statement ends "
     "here\nP01 1:15 an arithmetic expression is expected after `+` or `-`, "
     "but the statement ends here\n"},
    {"x > 1 > 0",
     "C26 1:7 `>` takes numbers, and what stands before it is true or false\n"},
    {"b = true; (($b) * 2) > 1",
     "C26 1:17 `*` takes numbers, and what stands before it is true or "
     "false\n"},
    {"true && > 1",
     "P01 1:9 a condition is expected after `&&` or `||`, not `>`\n"},
    {"(a > 1", "P01 1:7 `)` is expected, but the statement ends here\n"},
    {"a > 1 ->",
     "P01 1:9 an action is expected after `->`, but the statement "
     "ends here\n"},
    {"a > 1 -> migrate",
     "P01 1:17 a clause is expected, but the statement "
     "ends here\n"},
    {"a > 1 -> migrate pick 1 by",
     "P01 1:27 an operand is expected, but the "
     "statement ends here\n"},
    {"a > 1 -> print 5 sec 7",
     "P01 1:22 a text in quotes is expected, not "
     "`7`\n"},
    {"a > 1 -> m to home x.y 3", "P01 1:20 `;` is expected, not `x.y`\n"},
    {"ruleset a > 1",
     "P01 1:14 `->` is expected, but the statement ends "
     "here\n"},
    {"a : > 1", "P01 1:5 a host name is expected after `:`, not `>`\n"},
    {"a # > 1", "P01 1:5 an instance name is expected after `#`, not `>`\n"},
    {"a @x > 1", "P01 1:4 a sample number is expected, not `x`\n"},
    {"a.b(1)",
     "P01 1:1 the name of a function is a word without dots, not "
     "`a.b`\n"},
    {"match_inst x a > 1",
     "P01 1:12 a pattern in quotes is expected, not "
     "`x`\n"},
    {"bytes > 1",
     "C24 1:1 `bytes` is a unit; a metric of that name is "
     "written 'bytes'\n"},
    {"x = t.one / count > 1",
     "C24 1:13 `count` is a unit; a metric of that "
     "name is written 'count'\n"},
    {"ruleset a > 1 -> print \"x\" else print \"y\"",
     "P01 1:33 `print` is the begin of an action; a metric of that name is "
     "written 'print'\n"},
    {"x = a > 1\ny = b > 1;", "P01 2:1 `;` is expected, not `y`\n"},
    {"x = a\ny = b > 1;", "P01 2:1 `;` is expected, not `y`\n"},
    {"x = 1;\x01",
     "P01 1:7 an expression or a rule is expected, not the "
     "control character 1\n"},
    {"else > 1",
     "P01 1:1 `else` is a word of the language; a metric of that "
     "name is written 'else'\n"},
    {"1e999 > x", "C16 1:1 this number is out of range\n"},
    {"x > 1 Tbyte^0", "C16 1:13 the power of a unit is 1 to 7\n"},
    {"'' > 1", "P01 1:1 a name is empty\n"},
    {"a @2000000 > 1",
     "C16 1:4 `2000000` is too many samples: at most "
     "1000000\n"},
    {"a = 1;\n b = \"x ;\n c = 2;", "P01 2:6 this text has no end\n"},
    {"a = 'x ; ", "P01 1:5 this quoted name has no end\n"},
    {"a = 1; /* b = ;", "P01 1:8 this comment has no end\n"},
    {"a > 1 -> print \"$HOME\"",
     "C14 1:17 no string `HOME` is defined above this line; a dollar sign in "
     "quotes is written \\$\n"},
    {"a = \"\\$a\"; $a > 1", "C22 1:12 macros are nested deeper than 20\n"},
    {"hosts = \"h\"; n = 5; x = load $host > 1; y = $n $hots; z = 5 $n;",
     "C14 1:30 no string `host` is defined above this line\n"
     "C14 1:48 no string `hots` is defined above this line\n"
     "P01 1:61 `;` is expected, not `$n`\n"},
    {"a = 3; x = t.$a;",
     "C14 1:14 `a` is no text: only texts can be put into words and quotes\n"},
    {"a = 3; x = s == \"$a\";",
     "C14 1:18 `a` is no text: only texts can be put into words and quotes\n"},
    {"x = t.$a;", "C14 1:7 no string `a` is defined above this line\n"},
    {"x = $a.t; x = $'a-b'.t > 1; n = 5; x = $n.t;",
     "C14 1:6 no string `a` is defined above this line\n"
     "C14 1:17 no string `a-b` is defined above this line\n"
     "P01 1:42 `;` is expected, not `.t`\n"},
    {"# c", "P01 1:1 an expression or a rule is expected, not `#`\n"},
    {"x > \xFF", "P01 1:5 a value to compare with is expected, not `…`\n"},
};

TEST(Parse, SaysWhereAndWhat) {
  for (const Case& c : kErrors) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(errors_of(Read(c.text).diagnostics), c.errors);
  }
}

TEST(Parse, GoesOnAfterAnError) {
  const Read read("a = 1; b = ) ; c > \"};\" 'x;' ) } d = 4;");
  EXPECT_EQ(read.diagnostics.errors(), 2U);
  EXPECT_EQ(print(read.file), "a = 1;\nd = 4;\n");
}

// As in test 534 of PCP: what looks like the end of a statement may stand in a
// quote that a macro opened, and the other way round.
TEST(Parse, AMacroMayHoldOneQuoteOfTwo) {
  const Read read(
      "hash = \"#'bin-\"; x = t.bin $'hash'1;2' $'hash'3' > 1;"
      "open = \"\\\"\"; a > 1 -> print $'open'wait; see\"; b > 1");
  EXPECT_EQ(errors_of(read.diagnostics), "");
  EXPECT_EQ(print(read.file),
            "hash = \"#'bin-\";\n"
            "x = t.bin #'bin-1;2' #'bin-3' > 1;\n"
            "open = \"\\\"\";\n"
            "a > 1 -> print \"wait; see\";\n"
            "b > 1;\n");
}

TEST(Parse, ErrorInsideAMacroPointsAtUseAndDefinition) {
  const Read read("n = \":a :\";\nx = load $n > 1;");
  EXPECT_EQ(read.diagnostics.text(),
            "f:2:13: error: a host name is expected after `:`, not `>`  "
            "[P01]\n"
            "    2 | x = load $n > 1;\n"
            "      |             ^\n");
  const Read inside("n = \":a )\";\nx = load $n > 1;");
  EXPECT_EQ(inside.diagnostics.text(),
            "f:2:10: error: `;` is expected, not `)`  [P01]\n"
            "    2 | x = load $n > 1;\n"
            "      |          ^~\n"
            "f:1:5: note: `n` is defined here\n"
            "    1 | n = \":a )\";\n"
            "      |     ^~~~~~\n");
}

TEST(Parse, SpansOfMacrosAreThePlaceOfUse) {
  const Read read("n = \":a :b\"; x = load $n > 1;");
  const auto& body = std::get<ExpressionBody>(read.file.statements.at(1).body);
  const Expression& whole = read.file.at(body.expression);
  EXPECT_EQ(base::text_of(whole.span), "load $n > 1");
  const auto& relation = std::get<Relation>(whole.node);
  const auto& fetch = std::get<Fetch>(read.file.at(relation.left).node);
  ASSERT_EQ(fetch.hosts.size(), 2U);
  EXPECT_EQ(fetch.hosts[1].text, "b");
  EXPECT_EQ(base::text_of(fetch.hosts[1].span), "$n");
  const Splice* splice = read.file.splice_at(fetch.hosts[1].span);
  ASSERT_NE(splice, nullptr);
  EXPECT_EQ(splice->name, "n");
  EXPECT_EQ(base::text_of(splice->definition), "\":a :b\"");
  EXPECT_EQ(read.file.splice_at(fetch.metric.span), nullptr);
}

TEST(Parse, SpansHaveNoBlanksAround) {
  const Read read(
      "a = 1; /* c */ x = (p > 1) && \"s\" == q // d\n -> migrate 5 sec pick 1 "
      "by min r to :h /* e */ ;");
  ASSERT_EQ(read.diagnostics.text(), "");
  const Statement& statement = read.file.statements.at(1);
  EXPECT_EQ(base::text_of(statement.span).substr(0, 11), "x = (p > 1)");
  EXPECT_TRUE(base::text_of(statement.span).ends_with("to :h"));
  const auto& rule = std::get<Rule>(statement.body);
  EXPECT_EQ(base::text_of(read.file.at(rule.condition).span),
            "(p > 1) && \"s\" == q");
  const Action& action = read.file.action(rule.action);
  EXPECT_TRUE(base::text_of(action.span).starts_with("migrate 5 sec"));
  const auto& plugin = std::get<PluginAction>(action.node);
  ASSERT_EQ(plugin.clauses.size(), 3U);
  EXPECT_EQ(base::text_of(read.file.at(*plugin.hold_off).span), "5 sec");
  EXPECT_EQ(base::text_of(plugin.clauses[0].span), "pick 1");
  EXPECT_EQ(base::text_of(plugin.clauses[1].span), "by min r");
  EXPECT_EQ(base::text_of(plugin.clauses[1].order_span), "min");
  EXPECT_EQ(base::text_of(plugin.clauses[2].span), "to :h");
}

TEST(Parse, LaterFilesSeeEarlierNames) {
  Names names;
  base::Diagnostics diagnostics;
  const auto first =
      std::make_shared<base::SourceFile>("one", "n = \":a\"; hot = load > 1;");
  const auto second = std::make_shared<base::SourceFile>(
      "two", "x = count_host $hot == 2 && load $n > 1;");
  const File one = parse(first, names, diagnostics);
  const File two = parse(second, names, diagnostics);
  EXPECT_EQ(diagnostics.text(), "");
  EXPECT_EQ(print(two), "x = count_host $hot == 2 && load :a > 1;\n");
}

TEST(Parse, NumbersAreCanonical) {
  struct Quantity {
    const char* text;
    double value;
    Dimension dimension;
  };
  for (const Quantity& q : {Quantity{"5", 5, {0, 0, 0}},
                            Quantity{"500 Kbyte / sec", 512000, {1, -1, 0}},
                            Quantity{"2 mins", 120, {0, 1, 0}},
                            Quantity{"6 / hour", 6.0 / 3600, {0, -1, 0}},
                            Quantity{"3 Kcount", 3000, {0, 0, 1}},
                            Quantity{"2 Kbyte^2", 2.0 * 1024 * 1024, {2, 0, 0}},
                            Quantity{"8 msec", 8e-3, {0, 1, 0}}}) {
    SCOPED_TRACE(q.text);
    const Read read(std::string("x = ") + q.text);
    ASSERT_EQ(read.diagnostics.text(), "");
    const auto& number = std::get<Number>(read.file.expressions.at(0).node);
    EXPECT_DOUBLE_EQ(number.value, q.value);
    EXPECT_EQ(number.dimension, q.dimension);
  }
}

TEST(Parse, ChainsAreFlatAndOperandsComeFirst) {
  const Read read("a || b || c && d && (e || f)");
  ASSERT_EQ(read.diagnostics.text(), "");
  const auto& outer = std::get<Logic>(read.file.expressions.back().node);
  EXPECT_EQ(outer.op, LogicOp::both);
  ASSERT_EQ(outer.operands.size(), 3U);
  const Expression& left = read.file.at(outer.operands[0]);
  EXPECT_EQ(std::get<Logic>(left.node).operands.size(), 3U);
  EXPECT_FALSE(left.parenthesised);
  EXPECT_TRUE(read.file.at(outer.operands[2]).parenthesised);
  for (const ExprId id : outer.operands) {
    EXPECT_LT(id, read.file.expressions.size() - 1);
  }
}

TEST(Parse, CountTakesTheConditionNotTheComparison) {
  const Read read(
      "hot = a > 1; x = count_inst $hot == 2 && 3 < count_inst b "
      "+ 1");
  ASSERT_EQ(read.diagnostics.text(), "");
  const auto& logic = std::get<Logic>(read.file.expressions.back().node);
  const auto& left = std::get<Relation>(read.file.at(logic.operands[0]).node);
  EXPECT_TRUE(std::holds_alternative<Aggregate>(read.file.at(left.left).node));
}

}  // namespace
}  // namespace balance::lang
