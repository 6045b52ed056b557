// Expressions as columns: one value for each element, computed once at each
// evaluation of a rule.
#pragma once

#include <map>
#include <tuple>
#include <vector>

#include "compile/code_builder.h"
#include "compile/node.h"

namespace balance {

/// Where an expression is used decides over the hosts of its fetches that name
/// none: in a condition it is the default host, in a clause any that the rule
/// names.
enum class Use { condition, clause };

/// The columns of one rule, in the code of its task.
class ColumnCode {
 public:
  ColumnCode(CodeBuilder& code, MetricTable& metrics, check::Checked& checked,
             std::vector<HostId> clause_hosts);

  /// With `instant`, counters below are not turned into rates.
  Slot column(const Node& node, Use use, bool instant = false);
  /// A constant that is true.
  Slot yes();
  /// What -v shows of a column: all samples, if its text asks for several.
  Slot shown(const Node& node, Slot column);

 private:
  using Key = std::tuple<Node, Use, bool>;

  /// What the column of an expression is made from.
  struct Part {
    Node node;
    Use use;
    bool instant;
    Part at(lang::ExprId id) const { return {node.at(id), use, instant}; }
  };

  Slot column(const Part& part);
  Slot make(const Part& part);
  Slot add(const Part& part, Instruction instruction);
  Slot chain(const Part& part, Op op,
             const std::vector<lang::ExprId>& operands);

  Slot make(const Part& part, const lang::Number& node);
  Slot make(const Part& part, const lang::String& node);
  Slot make(const Part& part, const lang::Truth& node);
  Slot make(const Part& part, const lang::Variable& node);
  Slot make(const Part& part, const lang::Fetch& node);
  Slot make(const Part& part, const lang::Unary& node);
  Slot make(const Part& part, const lang::Binary& node);
  Slot make(const Part& part, const lang::Relation& node);
  Slot make(const Part& part, const lang::Logic& node);
  Slot make(const Part& part, const lang::Held& node);
  Slot make(const Part& part, const lang::Aggregate& node);
  Slot make(const Part& part, const lang::MatchInst& node);
  Slot make(const Part& part, const lang::Call& node);

  MetricTable& metrics_;
  check::Checked& checked_;
  std::vector<HostId> clause_hosts_;
  CodeBuilder& code_;
  std::map<Key, Slot> known_;
};

}  // namespace balance
