// What is said when a rule of the grammar that had to match did not. Each
// message goes on with ", not `…`".
#pragma once

#include "lang/grammar.h"

namespace balance::lang {

struct GrammarErrors {
  /// Only under `must` does a failure end the reading: elsewhere it just means
  /// that something else stands there.
  template <typename Rule>
  static constexpr bool raise_on_failure = false;

  template <typename Rule>
  static constexpr const char* message = nullptr;
};

#define BALANCE_EXPECT(rule, text) \
  template <>                      \
  inline constexpr const char* GrammarErrors::message<grammar::rule> = text

BALANCE_EXPECT(unit_power, "a whole number is expected after `^`");
BALANCE_EXPECT(group_content, "an expression is expected after `(`");
BALANCE_EXPECT(closing, "`)` is expected");
BALANCE_EXPECT(call_name, "the name of a function is a word without dots");
BALANCE_EXPECT(argument, "an argument is expected");
BALANCE_EXPECT(host_name, "a host name is expected after `:`");
BALANCE_EXPECT(instance_name, "an instance name is expected after `#`");
BALANCE_EXPECT(sample_number, "a sample number is expected");
BALANCE_EXPECT(unary_operand, "an arithmetic expression is expected");
BALANCE_EXPECT(count_operand, "a condition is expected");
BALANCE_EXPECT(product_operand,
               "an arithmetic expression is expected after `*` or `/`");
BALANCE_EXPECT(sum_operand,
               "an arithmetic expression is expected after `+` or `-`");
BALANCE_EXPECT(relation_operand, "a value to compare with is expected");
BALANCE_EXPECT(duration, "a time is expected after `for`");
BALANCE_EXPECT(percent_domain, "`host`, `inst` or `sample` is expected");
BALANCE_EXPECT(match_pattern, "a pattern in quotes is expected");
BALANCE_EXPECT(prefix_operand, "a condition is expected");
BALANCE_EXPECT(logic_operand, "a condition is expected after `&&` or `||`");
BALANCE_EXPECT(text, "a text in quotes is expected");
BALANCE_EXPECT(ordered, "an expression is expected after `min` or `max`");
BALANCE_EXPECT(operand, "an operand is expected");
BALANCE_EXPECT(clause, "a clause is expected");
BALANCE_EXPECT(actions, "an action is expected");
BALANCE_EXPECT(linked_action, "an action is expected after `&` or `|`");
BALANCE_EXPECT(rule_group_content, "a rule is expected after `(`");
BALANCE_EXPECT(arrow, "`->` is expected");
BALANCE_EXPECT(rule_actions, "an action is expected after `->`");
BALANCE_EXPECT(first_rule, "a rule is expected after `ruleset`");
BALANCE_EXPECT(else_rule, "a rule is expected after `else`");
BALANCE_EXPECT(unknown_actions, "an action is expected after `->`");
BALANCE_EXPECT(otherwise_actions, "an action is expected after `->`");
BALANCE_EXPECT(body, "an expression or a rule is expected");
BALANCE_EXPECT(end, "`;` is expected");

#undef BALANCE_EXPECT

}  // namespace balance::lang
