// A compiled set of rules: a flat list of instructions over columns, and the
// rules that use them. Made by `compile`, run by `eval`; immutable once built.
//
// A column is the value of an expression at one tick: one value, or one per
// host, or one per host and instance. What a fetch turns out to be is known
// only when the host answers, so `Shape` is what could be told from the text.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace balance {

using HostId = std::uint32_t;  ///< index into Program::hosts
using Slot = std::uint32_t;    ///< a column: index into Program::slots
inline constexpr Slot kNoSlot = std::numeric_limits<Slot>::max();

/// Where in a rule file, and what stands there: for messages only.
struct Origin {
  std::string place;  ///< "FILE:LINE:COLUMN"
  std::string text;   ///< the source text in one line, blanks squeezed
};

enum class Type { number, truth, text };

enum class Shape {
  single,         ///< one value
  host,           ///< one per host
  host_instance,  ///< one per host and instance
  open,           ///< of a fetch: host or host_instance, known at run time
};

enum class Op {
  // Sources. `fetch`: metric. `constant`: number, truth or text by slot type.
  constant,
  fetch,
  time_variable,  ///< text: minute hour day month year day_of_week delta
  // Clause code only: the element of column `a` that belongs to `side`.
  lookup,
  // Arithmetic: a, b.
  add,
  subtract,
  multiply,
  divide,
  negate,
  power,
  exponential,
  logarithm,
  floor,
  ceiling,
  absolute,
  least,     ///< of a and b; more operands: a chain
  greatest,  ///< of a and b
  // Comparisons: a, b, of numbers; equal and not_equal also of texts.
  less,
  less_equal,
  greater,
  greater_equal,
  equal,
  not_equal,
  // Kleene logic.
  both,
  either,
  negation,
  known,     ///< true or false, never unknown
  fallback,  ///< `default(a, b)`: b where a has no value
  // Collapse one dimension (`over`) of a.
  sum,
  average,
  minimum,
  maximum,
  count,    ///< of true elements of truth a
  all,      ///< truth
  some,     ///< truth
  percent,  ///< truth: at least `number` per cent of a are true
  // By instance name: `text` is a POSIX extended regular expression.
  match_instance,
  exclude_instance,
  // With state, for each element.
  rising,
  falling,
  held,    ///< `a for number`, seconds
  latch,   ///< on a, off b
  rate,    ///< (a now - a before) / seconds between
  window,  ///< the last `samples` values of a, newest first: for `-v`
};

enum class Over { host, instance, sample };

/// Of whom a lookup asks.
enum class Side {
  bare,    ///< the candidate where it is listed; its host
  my,      ///< where the candidate runs
  target,  ///< the node that might take it
};

struct Instruction {
  Op op = Op::constant;
  Slot result = kNoSlot;
  Slot a = kNoSlot;
  Slot b = kNoSlot;
  std::uint32_t metric = 0;   ///< fetch: index into Program::metrics
  double number = 0;          ///< constant (truth: 0 or 1); percent; seconds
  std::string text;           ///< constant; regular expression; variable
  Over over = Over::host;     ///< collapsing operations
  std::uint32_t samples = 1;  ///< over sample: the length of the window
  Side side = Side::bare;     ///< lookup
  /// lookup: a fetch written in the clause, which sees the shift book. False
  /// for named columns, which show measured values.
  bool shifted = false;
};

/// Instructions [first, first + count) of Program::code, and their outcome.
struct Block {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
  Slot result = kNoSlot;
};

struct SlotInfo {
  Type type = Type::number;
  Shape shape = Shape::single;
  std::string text;  ///< source text of the expression, for `--explain`
};

/// One metric of some hosts. Counters are shown as rates unless `instant`;
/// that, the scale of the unit and the instances are known at run time.
struct MetricUse {
  std::string name;
  std::vector<HostId> hosts;           ///< in the order written; never empty
  std::vector<std::string> instances;  ///< `#a #b`; empty: all there are
  bool instant = false;
  /// `@n`: samples back from now; of a window its newest.
  std::uint32_t first_sample = 0;
};

enum class Order { none, lowest, highest };

/// What follows the word of a clause, when it is no list of hosts.
struct Operand {
  /// Runs once for each candidate, or for each candidate and target, over
  /// columns that the rule's `columns` block has filled. A constant is a block
  /// with one `constant`. `where` has one entry for each operand of its `&&`.
  Block code;
  Type type = Type::number;
  Origin origin;
};

struct Clause {
  std::string word;
  std::vector<Operand> operands;  ///< one; `where`: one or more, all must hold
  Order order = Order::none;      ///< `min`, `max` before the operand
  std::string name;               ///< operand that is a bare word: home, source
  std::vector<HostId> hosts;      ///< operand that is a list of hosts
  /// `among M`, `to min M`: the column whose instances are nodes.
  Slot table = kNoSlot;
  /// `limit 4 / min`: the operand is 4, this is 60. 0: a plain number.
  double per_s = 0;
  std::vector<Clause> sub;  ///< clauses that belong to this one
  Origin origin;
};

struct Action {
  enum class Kind {
    plugin,  ///< word, clauses
    shell,   ///< strings
    alarm,
    syslog,
    print,
    stomp,
    both,    ///< `a & b`: parts
    either,  ///< `a | b`: parts; the next one if the one before failed
  };
  Kind kind = Kind::print;
  double hold_off_s = 0;
  std::vector<std::string> strings;
  std::string word;
  std::vector<Clause> clauses;
  std::vector<Action> parts;
  /// Distinct for each action of a program: the key of its hold-off.
  std::uint32_t id = 0;
  Origin origin;
};

/// `condition -> action`.
struct Branch {
  Slot condition = kNoSlot;
  /// pmie's value node: %v, the order of the hosts. kNoSlot: there is none.
  Slot value = kNoSlot;
  /// The worst host is the one with the lowest value (the condition is < <=).
  bool lowest_first = false;
  /// pmie's binding node: the elements that %h and %i name.
  Slot binding = kNoSlot;
  /// The operand of `binding` if that is a maximum or a minimum: its elements
  /// of that value are the ones named.
  Slot extreme = kNoSlot;
  Action action;
};

/// A statement: a named expression, a rule, or a ruleset.
struct Rule {
  std::string name;   ///< as written, or expr_1, expr_2, …
  bool named = true;  ///< it was written
  double delta_s = 10;
  Slot result = kNoSlot;  ///< the value
  /// What `-v` shows: the value, with all samples of a window. kNoSlot: an
  /// action without condition, of which pmie says `unknown`.
  Slot shown = kNoSlot;
  /// `-W`: the elements that make it true, and what is shown of them; kNoSlot:
  /// `shown` itself.
  Slot shown_binding = kNoSlot;
  Slot shown_value = kNoSlot;
  Slot shown_extreme = kNoSlot;  ///< `-V`: as Branch::extreme, of the value
  bool show = true;              ///< false: a template, left out by `-v`
  bool is_ruleset = false;
  std::vector<Branch> branches;  ///< none: only a named expression
  std::optional<Action> unknown;
  std::optional<Action> otherwise;
  Origin origin;
};

/// Consecutive statements with one delta: they are evaluated together, over
/// columns that are computed once for all of them.
struct Task {
  double delta_s = 10;
  std::size_t first = 0;  ///< of its rules, in Program::rules
  std::size_t count = 0;
  /// All columns that the rules need, those of their clauses too.
  std::uint32_t code = 0;  ///< first instruction
  std::uint32_t code_count = 0;
};

struct Program {
  /// As pmNewContext takes them; the first is "", the default host.
  std::vector<std::string> hosts = {""};
  std::vector<MetricUse> metrics;
  std::vector<SlotInfo> slots;
  std::vector<Instruction> code;
  std::vector<Rule> rules;  ///< in the order of the files
  std::vector<Task> tasks;  ///< in the order of their rules
};

/// Of all rules; infinity without rules.
inline double shortest_delta_s(const Program& program) {
  double out = std::numeric_limits<double>::infinity();
  for (const Task& task : program.tasks) out = std::min(out, task.delta_s);
  return out;
}

}  // namespace balance
