// Which rule of the grammar does what to the Builder.
#pragma once

#include <tao/pegtl/contrib/limit_depth.hpp>

#include "lang/builder.h"
#include "lang/grammar.h"

namespace balance::lang {

template <typename Input>
Extent extent_of(const Input& in) {
  const std::size_t begin = in.position().byte;
  return {begin, begin + in.size()};
}

template <typename Rule>
struct BuildAction : tao::pegtl::nothing<Rule> {};

/// Recursion of the grammar itself ends here, one level behind what can still
/// be a legal tree.
inline constexpr std::size_t kMaxRecursion = kMaxDepth + 1;
using Limited = tao::pegtl::limit_depth<kMaxRecursion>;

#define BALANCE_ON(rule, call)                             \
  template <>                                              \
  struct BuildAction<grammar::rule> {                      \
    template <typename Input>                              \
    static void apply(const Input& in, Builder& builder) { \
      (void)in;                                            \
      builder.call;                                        \
    }                                                      \
  }
#define BALANCE_LIMITED(rule, call)                        \
  template <>                                              \
  struct BuildAction<grammar::rule> : Limited {            \
    template <typename Input>                              \
    static void apply(const Input& in, Builder& builder) { \
      (void)in;                                            \
      builder.call;                                        \
    }                                                      \
  }
#define BALANCE_DO(rule, call)                             \
  template <>                                              \
  struct BuildAction<grammar::rule> {                      \
    static void apply0(Builder& builder) { builder.call; } \
  }

// Recursion that builds nothing.
template <>
struct BuildAction<grammar::rule_group> : Limited {};

BALANCE_ON(identifier, name(in.string_view(), extent_of(in)));
BALANCE_ON(string_text, string(in.string_view(), extent_of(in)));
BALANCE_ON(number_text, number(in.string_view(), extent_of(in)));
BALANCE_ON(unit_divide, unit_divide());
BALANCE_ON(unit_name, unit(in.string_view(), extent_of(in)));
BALANCE_ON(unit_power, unit_power(in.string_view(), extent_of(in)));
BALANCE_ON(close_text, token(extent_of(in)));
BALANCE_ON(word, name(in.string_view(), extent_of(in)));

BALANCE_DO(number, number_value());
BALANCE_DO(text_value, string_value());
BALANCE_ON(truth_text, truth(in.string_view() == "true", extent_of(in)));
BALANCE_ON(variable_text, variable(in.string_view(), extent_of(in)));
BALANCE_ON(host, host(extent_of(in)));
BALANCE_DO(instance, instance());
BALANCE_ON(sample_number, sample(in.string_view(), extent_of(in)));
BALANCE_DO(fetch, fetch());
BALANCE_LIMITED(group, group(in.position().byte));
BALANCE_ON(taken_as_metric, taken(in.string_view(), extent_of(in)));
BALANCE_ON(taken_as_name, taken(in.string_view(), extent_of(in)));
BALANCE_DO(call_name, begin_call());
BALANCE_LIMITED(call, call(in.position().byte));

BALANCE_ON(unary_operator, operation(in.string_view(), extent_of(in)));
BALANCE_ON(count_operator, operation(in.string_view(), extent_of(in)));
BALANCE_ON(product_operator, operation(in.string_view(), extent_of(in)));
BALANCE_ON(sum_operator, operation(in.string_view(), extent_of(in)));
BALANCE_ON(relation_operator, operation(in.string_view(), extent_of(in)));
BALANCE_ON(prefix_operator, operation(in.string_view(), extent_of(in)));
BALANCE_ON(percent_domain, operation(in.string_view(), extent_of(in)));
BALANCE_ON(match_operator, operation(in.string_view(), extent_of(in)));
BALANCE_ON(logic_operator, operation(in.string_view(), extent_of(in)));
BALANCE_DO(percent, percent_operation());
BALANCE_DO(match_pattern, match_pattern());
BALANCE_LIMITED(unary_prefixed, prefixed());
BALANCE_LIMITED(count_prefixed, prefixed());
BALANCE_LIMITED(prefixed, prefixed());
BALANCE_DO(product_tail, binary());
BALANCE_DO(sum_tail, binary());
BALANCE_DO(relation_tail, relation());
BALANCE_DO(held_tail, held());
BALANCE_DO(chain_begin, begin_chain());
BALANCE_DO(expression, chain());

BALANCE_DO(hold_off, hold_off());
BALANCE_ON(text_begin, begin_text(in.string_view(), extent_of(in)));
BALANCE_DO(text, action_text());
BALANCE_DO(text_action, end_text());
BALANCE_DO(plugin_word, begin_plugin());
BALANCE_DO(clause_word, begin_clause());
BALANCE_ON(order, order(in.string_view(), extent_of(in)));
BALANCE_DO(ordered, operand_expression());
BALANCE_DO(operand_value, operand_expression());
BALANCE_DO(host_list, operand_hosts());
BALANCE_DO(clause, end_clause());
BALANCE_DO(plugin_action, end_plugin());
BALANCE_LIMITED(action_group, group_action());
BALANCE_ON(link, link(in.string_view()));
BALANCE_DO(actions_begin, begin_actions());
BALANCE_DO(actions, end_actions());

BALANCE_ON(statement_begin, begin_statement(in.position().byte));
BALANCE_DO(statement_name, statement_name());
BALANCE_DO(plain_rule, rule());
BALANCE_DO(unknown_actions, ruleset_unknown());
BALANCE_DO(otherwise_actions, ruleset_otherwise());
BALANCE_DO(ruleset, ruleset());
BALANCE_DO(bare_action, bare_action());
BALANCE_DO(grouped_rule, grouped_rule());
BALANCE_DO(expression_or_rule, expression_or_rule());
BALANCE_DO(statement, finish());

#undef BALANCE_ON
#undef BALANCE_LIMITED
#undef BALANCE_DO

}  // namespace balance::lang
