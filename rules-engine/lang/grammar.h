// The grammar of the rule language, for one statement whose string macros have
// been replaced. Rules only: what they build is in build_actions.h, what they
// say when they fail is in grammar_errors.h.
//
// Every token takes the blanks and comments behind it. Actions are called as
// soon as a rule matches, so nothing that builds is ever tried and given up:
// where one token does not decide, an `at` looks ahead.
#pragma once

#include <tao/pegtl.hpp>
#include <tao/pegtl/contrib/analyze_traits.hpp>

#include "lang/split.h"

namespace balance::lang::grammar {

namespace p = tao::pegtl;

// ---- blanks ----
struct line_comment : p::seq<p::two<'/'>, p::until<p::eolf>> {};
struct block_comment
    : p::seq<TAO_PEGTL_STRING("/*"), p::until<TAO_PEGTL_STRING("*/")>> {};
struct ws : p::star<p::sor<p::plus<p::space>, line_comment, block_comment>> {};
template <typename Rule>
struct token : p::seq<Rule, ws> {};

// ---- words ----
struct escaped : p::seq<p::one<'\\'>, p::any> {};
struct word_other : p::sor<p::alnum, p::one<'_'>> {};
struct name_other : p::sor<p::alnum, p::one<'.', '_'>, escaped> {};
struct bare_name : p::seq<p::sor<p::alpha, escaped>, p::star<name_other>> {};
struct quoted_name
    : p::seq<p::one<'\''>, p::star<p::sor<escaped, p::not_one<'\'', '\\'>>>,
             p::one<'\''>> {};
/// One of some words, whole: no alternative may begin a later one.
template <typename... Words>
struct key : p::seq<p::sor<Words...>, p::not_at<name_other>> {};

struct domain : p::sor<TAO_PEGTL_STRING("host"), TAO_PEGTL_STRING("inst"),
                       TAO_PEGTL_STRING("sample")> {};
struct quantifier
    : p::seq<p::sor<TAO_PEGTL_STRING("all_"), TAO_PEGTL_STRING("some_")>,
             domain, p::not_at<name_other>> {};
struct aggregate
    : p::seq<p::sor<TAO_PEGTL_STRING("sum_"), TAO_PEGTL_STRING("avg_"),
                    TAO_PEGTL_STRING("max_"), TAO_PEGTL_STRING("min_")>,
             domain, p::not_at<name_other>> {};
struct counter
    : p::seq<TAO_PEGTL_STRING("count_"), domain, p::not_at<name_other>> {};
struct text_keyword : key<TAO_PEGTL_STRING("shell"), TAO_PEGTL_STRING("alarm"),
                          TAO_PEGTL_STRING("syslog"), TAO_PEGTL_STRING("print"),
                          TAO_PEGTL_STRING("stomp")> {};
struct truth_word : key<TAO_PEGTL_STRING("true"), TAO_PEGTL_STRING("false")> {};
struct edge_word
    : key<TAO_PEGTL_STRING("rising"), TAO_PEGTL_STRING("falling")> {};
struct rate_word : key<TAO_PEGTL_STRING("rate"), TAO_PEGTL_STRING("instant")> {
};
struct match_word
    : key<TAO_PEGTL_STRING("match_inst"), TAO_PEGTL_STRING("nomatch_inst")> {};
struct ruleset_word : key<TAO_PEGTL_STRING("ruleset")> {};
struct else_word : key<TAO_PEGTL_STRING("else")> {};
struct unknown_word : key<TAO_PEGTL_STRING("unknown")> {};
struct otherwise_word : key<TAO_PEGTL_STRING("otherwise")> {};
struct for_word : key<TAO_PEGTL_STRING("for")> {};
struct reserved : p::sor<truth_word, edge_word, rate_word, match_word,
                         ruleset_word, else_word, unknown_word, otherwise_word,
                         text_keyword, quantifier, aggregate, counter> {};

struct unit_stem
    : p::sor<TAO_PEGTL_STRING("byte"), TAO_PEGTL_STRING("Kbyte"),
             TAO_PEGTL_STRING("Mbyte"), TAO_PEGTL_STRING("Gbyte"),
             TAO_PEGTL_STRING("Tbyte"), TAO_PEGTL_STRING("nanosecond"),
             TAO_PEGTL_STRING("nanosec"), TAO_PEGTL_STRING("nsec"),
             TAO_PEGTL_STRING("microsecond"), TAO_PEGTL_STRING("microsec"),
             TAO_PEGTL_STRING("usec"), TAO_PEGTL_STRING("millisecond"),
             TAO_PEGTL_STRING("millisec"), TAO_PEGTL_STRING("msec"),
             TAO_PEGTL_STRING("second"), TAO_PEGTL_STRING("sec"),
             TAO_PEGTL_STRING("minute"), TAO_PEGTL_STRING("min"),
             TAO_PEGTL_STRING("hour"), TAO_PEGTL_STRING("count"),
             TAO_PEGTL_STRING("Kcount"), TAO_PEGTL_STRING("Mcount")> {};
struct unit_word
    : p::seq<unit_stem, p::opt<p::one<'s'>>, p::not_at<name_other>> {};
struct taken_word : p::sor<reserved, unit_word> {};
struct identifier
    : p::sor<quoted_name, p::seq<p::not_at<taken_word>, bare_name>> {};
/// A bare word without dots: of an action, a clause or a function.
struct word : p::seq<p::not_at<taken_word>, p::alpha, p::star<word_other>,
                     p::not_at<name_other>> {};

// ---- literals ----
struct digits : p::plus<p::digit> {};
struct fraction : p::seq<p::one<'.'>, digits> {};
/// Perhaps without digits, but not the `..` of a window.
struct point : p::seq<p::one<'.'>, p::not_at<p::one<'.'>>, p::star<p::digit>> {
};
struct exponent : p::seq<p::one<'e', 'E'>, p::opt<p::one<'+', '-'>>, digits> {};
struct number_text : p::seq<p::sor<p::seq<digits, p::opt<point>>, fraction>,
                            p::opt<exponent>> {};
struct unit_ahead : p::seq<unit_word, p::not_at<ws, p::one<'('>>> {};
struct unit_divide : p::one<'/'> {};
struct unit_name : p::seq<unit_word> {};
struct unit_power : p::seq<digits> {};
struct unit
    : p::seq<
          p::sor<p::at<unit_ahead>, p::seq<p::at<p::one<'/'>, ws, unit_ahead>,
                                           token<unit_divide>>>,
          token<unit_name>,
          p::opt<p::if_must<token<p::one<'^'>>, unit_power>, ws>> {};
struct number : p::seq<token<number_text>, p::star<unit>> {};
struct string_text
    : p::seq<p::one<'"'>, p::star<p::sor<escaped, p::not_one<'"', '\\'>>>,
             p::one<'"'>> {};
struct variable_text
    : p::seq<p::one<'$'>, p::sor<quoted_name, p::plus<word_other>>> {};

// ---- expressions ----
struct expression;
struct prefix;
struct unary;

/// Matches, without taking anything, unless the expression just read is a
/// truth: arithmetic and comparisons end there, so that `count_inst (a > 1) ==
/// 2` compares the count.
struct no_truth_before {
  using rule_t = no_truth_before;
  using subs_t = p::empty_list;

  template <p::apply_mode, p::rewind_mode, template <typename...> class,
            template <typename...> class, typename Input, typename Builder>
  static bool match(Input&, Builder& builder) {
    return !builder.ends_in_truth();
  }
};

struct close_text : p::one<')'> {};
struct closing : token<close_text> {};
struct open : token<p::one<'('>> {};

struct group_content : p::seq<expression> {};
struct group : p::if_must<open, group_content, closing> {};
struct truth_text : p::seq<truth_word> {};
struct truth : token<truth_text> {};
struct text_value : token<string_text> {};
struct variable : token<variable_text> {};

struct call_name : p::seq<word> {};
struct argument : p::seq<expression> {};
struct arguments : p::opt<p::not_at<p::one<')'>>, p::must<argument>,
                          p::star<p::if_must<token<p::one<','>>, argument>>> {};
struct call
    : p::seq<p::at<p::not_at<taken_word>, bare_name, ws, p::one<'('>>,
             p::must<call_name>, ws, open, arguments, p::must<closing>> {};

struct metric : p::seq<identifier> {};
struct host_name : p::seq<identifier> {};
struct host : p::seq<p::if_must<token<p::one<':'>>, host_name>, ws> {};
struct instance_name : p::seq<identifier> {};
struct instance : p::seq<p::if_must<token<p::one<'#'>>, instance_name>, ws> {};
struct sample_number : p::seq<number_text> {};
struct samples
    : p::seq<p::if_must<token<p::one<'@'>>, sample_number>, ws,
             p::opt<p::if_must<token<TAO_PEGTL_STRING("..")>, sample_number>,
                    ws>> {};
struct fetch
    : p::seq<token<metric>, p::star<host>, p::star<instance>, p::opt<samples>> {
};
/// Words that are no metric unless quoted: always an error.
struct taken_as_metric : p::seq<taken_word> {};
struct primary : p::sor<group, truth, number, text_value, variable, call, fetch,
                        taken_as_metric> {};

struct minus : p::seq<p::one<'-'>, p::not_at<p::one<'>'>>> {};
struct unary_operator : p::sor<minus, rate_word, aggregate> {};
struct unary_operand : p::seq<unary> {};
struct unary_prefixed : p::if_must<token<unary_operator>, unary_operand> {};
struct count_operator : p::seq<counter> {};
struct count_operand : p::seq<prefix> {};
struct count_prefixed : p::if_must<token<count_operator>, count_operand> {};
struct unary : p::sor<unary_prefixed, count_prefixed, primary> {};

struct product_operator : p::one<'*', '/'> {};
struct product_operand : p::seq<unary> {};
struct product_tail
    : p::if_must<p::seq<no_truth_before, token<product_operator>>,
                 product_operand> {};
struct product : p::seq<unary, p::star<product_tail>> {};

struct sum_operator : p::sor<p::one<'+'>, minus> {};
struct sum_operand : p::seq<product> {};
struct sum_tail
    : p::if_must<p::seq<no_truth_before, token<sum_operator>>, sum_operand> {};
struct sum : p::seq<product, p::star<sum_tail>> {};

struct relation_operator
    : p::sor<TAO_PEGTL_STRING("<="), TAO_PEGTL_STRING(">="),
             TAO_PEGTL_STRING("=="), TAO_PEGTL_STRING("!="), p::one<'<', '>'>> {
};
struct relation_operand : p::seq<sum> {};
struct relation_tail
    : p::if_must<p::seq<no_truth_before, token<relation_operator>>,
                 relation_operand> {};
struct relation : p::seq<sum, p::opt<relation_tail>> {};

struct duration : p::sor<number, variable> {};
struct held_tail : p::if_must<token<for_word>, duration> {};
struct held : p::seq<relation, p::opt<held_tail>> {};

struct percent_number : p::seq<number_text> {};
struct percent_domain : p::seq<domain, p::not_at<name_other>> {};
struct percent : p::seq<p::at<number_text, ws, TAO_PEGTL_STRING("%_")>,
                        token<percent_number>,
                        p::if_must<TAO_PEGTL_STRING("%_"), percent_domain>> {};
struct negation : p::seq<p::one<'!'>, p::not_at<p::one<'='>>> {};
struct prefix_operator : p::sor<negation, edge_word, quantifier> {};
struct match_operator : p::seq<match_word> {};
struct match_pattern : token<string_text> {};
struct name_match : p::if_must<token<match_operator>, match_pattern> {};
struct prefix_operand : p::seq<prefix> {};
struct prefixed
    : p::if_must<p::sor<token<prefix_operator>, token<percent>, name_match>,
                 prefix_operand> {};
struct prefix : p::sor<prefixed, held> {};

struct logic_operator : p::sor<p::two<'&'>, p::two<'|'>> {};
struct logic_operand : p::seq<prefix> {};
struct logic_tail : p::if_must<token<logic_operator>, logic_operand> {};
struct chain_begin : p::success {};
struct expression : p::seq<chain_begin, prefix, p::star<logic_tail>> {};

// ---- actions ----
struct actions;
struct arrow : token<TAO_PEGTL_STRING("->")> {};
struct hold_off : p::seq<duration> {};
struct text_begin : p::seq<text_keyword> {};
struct text : token<string_text> {};
struct text_action : p::seq<token<text_begin>, p::opt<hold_off>, p::must<text>,
                            p::star<text>> {};

struct order : p::seq<key<TAO_PEGTL_STRING("min"), TAO_PEGTL_STRING("max")>,
                      p::not_at<ws, p::one<'('>>> {};
struct ordered : p::seq<expression> {};
struct host_list : p::plus<host> {};
struct operand_value : p::seq<expression> {};
struct operand
    : p::sor<p::if_must<token<order>, ordered>, host_list, operand_value> {};
struct clause_word : p::seq<word> {};
struct clause : p::if_must<token<clause_word>, operand> {};
struct plugin_word : p::seq<word> {};
struct plugin_action : p::seq<token<plugin_word>, p::opt<hold_off>,
                              p::must<clause>, p::star<clause>> {};
struct action_group : p::if_must<open, actions, closing> {};
struct action : p::sor<action_group, text_action, plugin_action> {};
struct link : p::sor<p::seq<p::one<'&'>, p::not_at<p::one<'&'>>>,
                     p::seq<p::one<'|'>, p::not_at<p::one<'|'>>>> {};
struct actions_begin : p::success {};
struct linked_action : p::seq<action> {};
struct actions : p::seq<actions_begin, action,
                        p::star<p::if_must<token<link>, linked_action>>> {};

// ---- statements ----
struct rule;
/// Matches, without taking anything, at the `(` of a rule in parentheses.
struct rule_ahead {
  using rule_t = rule_ahead;
  using subs_t = p::empty_list;

  template <p::apply_mode, p::rewind_mode, template <typename...> class,
            template <typename...> class, typename Input, typename Builder>
  static bool match(Input& in, Builder&) {
    return opens_rule({in.current(), in.size()});
  }
};

struct rule_group_content : p::seq<rule> {};
struct rule_group
    : p::seq<rule_ahead, open, p::must<rule_group_content>, p::must<closing>> {
};
struct rule_actions : p::seq<actions> {};
struct plain_rule : p::seq<expression, p::must<arrow>, p::must<rule_actions>> {
};
struct rule : p::sor<rule_group, plain_rule> {};

struct first_rule : p::seq<rule> {};
struct else_rule : p::seq<rule> {};
struct unknown_actions : p::seq<actions> {};
struct otherwise_actions : p::seq<actions> {};
struct otherwise : p::if_must<token<otherwise_word>, arrow, otherwise_actions> {
};
struct unknown : p::if_must<token<unknown_word>, arrow, unknown_actions> {};
struct ruleset : p::seq<p::if_must<token<ruleset_word>, first_rule>,
                        p::star<p::if_must<token<else_word>, else_rule>>,
                        p::opt<unknown>, p::opt<otherwise>> {};

/// No expression begins with two words, or with a word and a number. A second
/// word before a `=` begins the next statement: a `;` was forgotten.
struct plugin_ahead
    : p::seq<word, ws,
             p::sor<number_text, p::seq<p::not_at<for_word>, word,
                                        p::not_at<ws, p::one<'='>>>>> {};
struct action_ahead
    : p::seq<p::star<open>, p::sor<text_keyword, plugin_ahead>> {};
struct bare_action : p::seq<p::at<action_ahead>, actions> {};
struct expression_or_rule
    : p::seq<expression, p::opt<p::if_must<arrow, rule_actions>>> {};
struct grouped_rule : p::seq<rule_group> {};
struct assign : p::seq<p::one<'='>, p::not_at<p::one<'='>>> {};
struct statement_name : p::seq<identifier> {};
struct taken_as_name : p::seq<taken_word> {};
struct name_part : p::seq<p::at<p::sor<identifier, taken_word>, ws, assign>,
                          p::sor<token<statement_name>, token<taken_as_name>>,
                          token<assign>> {};
struct body : p::sor<ruleset, bare_action, grouped_rule, expression_or_rule> {};
struct end : p::eof {};
struct statement_begin : p::success {};
/// One statement, perhaps empty, to the end of the input.
struct statement
    : p::seq<ws, p::sor<p::eof, p::seq<statement_begin, p::opt<name_part>,
                                       p::must<body>, p::must<end>>>> {};

}  // namespace balance::lang::grammar

namespace tao::pegtl {
template <typename Name>
struct analyze_traits<Name, balance::lang::grammar::no_truth_before>
    : analyze_opt_traits<> {};
template <typename Name>
struct analyze_traits<Name, balance::lang::grammar::rule_ahead>
    : analyze_opt_traits<> {};
}  // namespace tao::pegtl
