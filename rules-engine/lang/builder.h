// Builds the tree of one statement while the grammar reads it.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lang/ast.h"
#include "lang/expand.h"
#include "lang/parse.h"

namespace balance::lang {

/// Thrown by the builder for what the grammar cannot see; caught by parse.
struct BuildError {
  std::string code;
  std::size_t begin = 0;  ///< in the expanded text
  std::size_t end = 0;
  std::string message;
};

/// Bytes [begin, end) of the expanded text.
struct Extent {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// A stack machine: what was read last is on top. All extents are those of
/// tokens, without the blanks behind them.
class Builder {
 public:
  Builder(File& file, const Expanded& expanded, const Names& names)
      : file_(file), expanded_(expanded), names_(names) {}

  /// For the grammar: whether the expression on top is a truth.
  bool ends_in_truth() const;
  /// Whether nothing was read behind that truth.
  bool truth_just_read() const;

  // Tokens.
  void token(Extent at) { last_end_ = at.end; }
  void name(std::string_view text, Extent at);
  void string(std::string_view text, Extent at);
  void number(std::string_view text, Extent at);
  void unit_divide() { divide_ = true; }
  void unit(std::string_view text, Extent at);
  void unit_power(std::string_view text, Extent at);

  // Expressions.
  void number_value();
  void string_value();
  void truth(bool value, Extent at);
  void variable(std::string_view text, Extent at);
  void host(Extent at);
  void instance();
  void sample(std::string_view text, Extent at);
  void fetch();
  /// A word of the language where a name should stand: always an error.
  [[noreturn]] void taken(std::string_view text, Extent at);
  void group(std::size_t begin);
  void operation(std::string_view text, Extent at);
  void percent_operation();
  void match_pattern();
  void prefixed();
  void binary();
  void relation();
  void held();
  void begin_chain() { marks_.push_back(expressions_.size()); }
  void chain();
  void begin_call();
  void call(std::size_t begin);

  // Actions.
  void hold_off();
  void begin_text(std::string_view keyword, Extent at);
  void action_text();
  void end_text();
  void begin_plugin();
  void begin_clause();
  void order(std::string_view text, Extent at);
  void operand_expression();
  void operand_hosts();
  void end_clause();
  void end_plugin();
  void group_action();
  void link(std::string_view text);
  void begin_actions() { action_marks_.push_back(actions_.size()); }
  void end_actions();

  // Statements.
  void begin_statement(std::size_t begin) { statement_begin_ = begin; }
  void statement_name() { name_ = take_name(); }
  void rule();
  void ruleset_unknown() { ruleset_.unknown = take_action(); }
  void ruleset_otherwise() { ruleset_.otherwise = take_action(); }
  void ruleset();
  void bare_action() { body_ = BareAction{take_action()}; }
  void grouped_rule() { body_ = take_rule(); }
  void expression_or_rule();
  /// Moves the finished statement to the file.
  void finish();

  [[noreturn]] static void fail(std::string code, Extent at,
                                std::string message);

 private:
  struct Item {
    ExprId id = 0;
    Extent outer;  ///< with parentheses
  };
  struct Operation {
    std::string text;
    Extent at;
    double percent = 0;
    Name pattern;
  };

  Span span(Extent at) const { return expanded_.span(at.begin, at.end); }
  Span span(std::size_t begin, std::size_t end) const {
    return expanded_.span(begin, end);
  }
  /// A unit of space, time or count of the number that is being read.
  struct UnitRead {
    std::string_view name;
    double base = 1;
    int scale = 0;
    int exponent = 0;
  };

  /// A name without quotes and escapes.
  static std::string read_name(std::string_view text);
  Name take_name();
  Name take_string();
  Item take_item();
  Operation take_operation();
  ActionId take_action();
  Rule take_rule();
  std::uint32_t depth_of(ExprId id) const { return file_.at(id).depth; }
  template <typename Node>
  void push(Node node, Extent at, Kind kind, std::uint32_t deepest);
  void push_number(Extent at);
  void push_logic(std::vector<Item> operands, LogicOp op);
  void push_action(Action action);

  File& file_;
  const Expanded& expanded_;
  const Names& names_;

  std::size_t statement_begin_ = 0;
  std::size_t last_end_ = 0;
  std::vector<std::pair<Name, Extent>> names_read_;
  std::vector<std::pair<Name, Extent>> strings_;
  std::vector<Operation> operations_;
  std::vector<Item> expressions_;
  std::vector<std::size_t> marks_;

  // The number, fetch and clause that are being read; none of them nests.
  Number number_;
  Extent number_at_;
  std::array<UnitRead, 3> units_;
  std::size_t unit_ = 0;  ///< the one of units_ that was read last
  bool divide_ = false;
  Fetch fetch_;
  std::vector<std::uint32_t> samples_;
  Clause clause_;
  std::size_t clause_begin_ = 0;
  TextAction text_action_;
  PluginAction plugin_;
  std::size_t action_begin_ = 0;
  std::optional<ExprId> hold_off_;

  std::vector<ActionId> actions_;
  std::vector<Link> links_;
  std::vector<std::size_t> action_marks_;
  std::vector<Rule> rules_;
  std::optional<Name> name_;
  Ruleset ruleset_;
  std::optional<std::variant<ExpressionBody, Rule, Ruleset, BareAction>> body_;
};

}  // namespace balance::lang
