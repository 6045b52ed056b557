// The tree of a rule file, as written: no names resolved, no types checked.
//
// A File owns all nodes; nodes name each other by index. A node's operands
// have smaller indices than the node itself, so a loop from 0 upwards meets
// operands first. No expression is nested deeper than kMaxDepth.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/source.h"

namespace balance::lang {

inline constexpr std::size_t kMaxDepth = 200;          ///< of nested nodes
inline constexpr std::size_t kMaxString = 65535;       ///< bytes of a literal
inline constexpr std::size_t kMaxIdentifier = 254;     ///< bytes of a name
inline constexpr std::size_t kMaxHosts = 4096;         ///< of one list
inline constexpr std::uint64_t kMaxWindow = 20000000;  ///< values of a window
inline constexpr std::uint32_t kMaxSamples = 100000;   ///< back from now: `@n`
inline constexpr std::size_t kMaxClauses = 64;         ///< of one action
inline constexpr std::size_t kMaxStatement = 1 << 20;  ///< bytes, macros open

using base::Span;
using ExprId = std::uint32_t;    ///< index into File::expressions
using ActionId = std::uint32_t;  ///< index into File::actions

/// A word or quoted identifier, or a string literal: quotes and escapes are
/// gone from `text`, and string macros in it are replaced.
struct Name {
  std::string text;
  Span span;
};

// ---- expressions ----

/// Exponents of a unit: `Kbyte / sec` is {1, -1, 0}; a bare number is zeros.
struct Dimension {
  int space = 0;
  int time = 0;
  int count = 0;

  bool operator==(const Dimension&) const = default;
};

/// `500 Kbyte / sec`.
struct Number {
  double value = 0;     ///< in byte, sec, count: 512000
  Dimension dimension;  ///< {1, -1, 0}
  double written = 0;   ///< 500
  std::string units;    ///< normalised: "Kbyte / sec"; "" without units
  /// A unit was written twice: the later one holds, as in pmie. The former.
  std::string replaced;
  bool has_units() const { return !units.empty(); }
};

struct String {
  std::string text;
};

struct Truth {
  bool value = false;
};

/// `$name` of anything but a string (strings are replaced before). Whether the
/// name exists is not checked here; pmie's `minute hour day month year
/// day_of_week delta` may be meant.
struct Variable {
  std::string name;
};

/// `metric :host … #instance … @first..last`.
struct Fetch {
  Name metric;
  std::vector<Name> hosts;         ///< empty: none written
  std::vector<Name> instances;     ///< empty: all
  bool has_samples = false;        ///< an `@` was written
  std::uint32_t first_sample = 0;  ///< samples back from now, the smaller
  std::uint32_t last_sample = 0;
  /// A word alone: `home`, `each target`. What it means, the clause decides.
  bool is_word() const {
    return hosts.empty() && instances.empty() && !has_samples;
  }
};

enum class UnaryOp { negate, negation, rising, falling, rate, instant };
struct Unary {
  UnaryOp op = UnaryOp::negate;
  ExprId operand = 0;
};

enum class BinaryOp { add, subtract, multiply, divide };
struct Binary {
  BinaryOp op = BinaryOp::add;
  ExprId left = 0;
  ExprId right = 0;
};

enum class RelationOp {
  less,
  less_equal,
  greater,
  greater_equal,
  equal,
  unequal
};
struct Relation {
  RelationOp op = RelationOp::less;
  ExprId left = 0;
  ExprId right = 0;
};

/// A chain of one operator, flat: `a && b && c` has three operands. Mixed
/// chains are read from left to right: `a || b && c` is and(or(a, b), c), where
/// the inner node is not `parenthesised`; that tells C08 and W02.
enum class LogicOp { both, either };
struct Logic {
  LogicOp op = LogicOp::both;
  std::vector<ExprId> operands;  ///< two or more
};

/// `condition for duration`.
struct Held {
  ExprId condition = 0;
  ExprId duration = 0;  ///< a Number or a Variable
};

enum class Domain { host, inst, sample };
enum class Collapse { all, some, percent, sum, avg, max, min, count };
/// `all_host x`, `90 %_inst x`, `sum_sample x`, …
struct Aggregate {
  Collapse op = Collapse::all;
  Domain over = Domain::host;
  double percent = 0;  ///< of Collapse::percent
  ExprId operand = 0;
};

/// `match_inst "pattern" x`, `nomatch_inst …`.
struct MatchInst {
  bool exclude = false;
  Name pattern;
  ExprId operand = 0;
};

/// `function(argument, …)`. Which functions exist is not checked here.
struct Call {
  Name function;
  std::vector<ExprId> arguments;
};

/// What a value is, as far as the text tells: comparisons, logic, quantifiers
/// and names of such are truths. A Variable without definition is a number.
enum class Kind { number, truth, text };

struct Expression {
  Span span;  ///< without parentheses around it
  bool parenthesised = false;
  Kind kind = Kind::number;
  std::uint32_t depth = 1;  ///< of the tree below, this node included
  /// Its value is known when it is read: what makes of `name = …` a macro,
  /// which may be defined again, and no rule, whose value would be shown.
  bool constant = false;
  std::variant<Number, String, Truth, Variable, Fetch, Unary, Binary, Relation,
               Logic, Held, Aggregate, MatchInst, Call>
      node;
};

// ---- actions ----

enum class Keyword { shell, alarm, syslog, print, stomp };
/// `print 5 min "text" …`.
struct TextAction {
  Keyword keyword = Keyword::print;
  std::optional<ExprId> hold_off;  ///< a Number or a Variable
  std::vector<Name> strings;       ///< one or more
};

enum class Order { none, min, max };
/// `:node1 :node2` as an operand.
struct HostList {
  std::vector<Name> hosts;  ///< one or more
};
/// `by min x`, `among :a :b`, `limit 4 / min`.
struct Clause {
  Name word;
  Span span;        ///< the word and its operand
  Span order_span;  ///< of `min` or `max`
  Order order = Order::none;
  std::variant<ExprId, HostList> operand;
};
/// `migrate 10 sec pick 1 by x to home`. The clauses are in the order written;
/// which belongs to which is not decided here.
struct PluginAction {
  Name word;
  std::optional<ExprId> hold_off;  ///< a Number or a Variable
  std::vector<Clause> clauses;     ///< one or more
};

/// `a & b | c`: one level, from left to right; links[i] stands between
/// parts[i] and parts[i + 1].
enum class Link { both, otherwise };
struct ActionChain {
  std::vector<ActionId> parts;  ///< two or more
  std::vector<Link> links;
};

struct Action {
  Span span;
  bool parenthesised = false;
  std::variant<TextAction, PluginAction, ActionChain> node;
};

// ---- statements ----

struct ExpressionBody {
  ExprId expression = 0;  ///< a String node: a string macro
};
struct Rule {
  ExprId condition = 0;
  ActionId action = 0;
};
struct Ruleset {
  std::vector<Rule> rules;            ///< one or more
  std::optional<ActionId> unknown;    ///< `unknown -> …`
  std::optional<ActionId> otherwise;  ///< `otherwise -> …`
};
/// An action without a condition: refused by check if it is a plugin's.
struct BareAction {
  ActionId action = 0;
};

struct Statement {
  std::optional<Name> name;
  Span span;  ///< the name and the body, without the end
  std::variant<ExpressionBody, Rule, Ruleset, BareAction> body;
};

/// A place where a string macro was put in. Whatever comes from its text has
/// the span of this place.
struct Splice {
  Span use;  ///< `$nodes`
  std::string name;
  Span definition;  ///< the literal
};

/// One parsed file. Statements with syntax errors are left out.
struct File {
  std::shared_ptr<const base::SourceFile> source;
  std::vector<Expression> expressions;
  std::vector<Action> actions;
  std::vector<Statement> statements;
  std::vector<Splice> splices;  ///< by place

  const Expression& at(ExprId id) const { return expressions[id]; }
  const Action& action(ActionId id) const { return actions[id]; }
  /// The macro whose text has this span; null if it was written in place. For
  /// notes: "`nodes` is defined here".
  const Splice* splice_at(const Span& span) const;
};

}  // namespace balance::lang
