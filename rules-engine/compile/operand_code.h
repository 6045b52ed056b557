// What follows the word of a clause: code that runs for one candidate, or for
// a candidate and a target.
#pragma once

#include <map>
#include <tuple>
#include <vector>

#include "compile/column_code.h"

namespace balance {

class OperandCode {
 public:
  OperandCode(Program& program, check::Checked& checked, ColumnCode& columns)
      : checked_(checked), columns_(columns), code_(program) {}

  /// `side`: of what the text leaves open.
  Operand operand(const Node& node, Side side = Side::bare);
  /// A constant that stands for `node`.
  Operand number(const Node& node, double value);

 private:
  /// An expression, whom it asks about, and whether counters stay as they are.
  struct Part {
    Node node;
    Side side;
    bool instant;
    Part at(lang::ExprId id) const { return {node.at(id), side, instant}; }
  };
  using Key = std::tuple<Node, Side, bool>;

  Slot value(const Part& part);
  Slot make(const Part& part);
  Slot add(const Part& part, Instruction instruction);
  Slot constant(const Part& part);
  /// The element of the column of the whole expression.
  Slot lookup(const Part& part, bool shifted);
  Slot chain(const Part& part, Op op,
             const std::vector<lang::ExprId>& operands);
  Slot variable(const Part& part);
  Slot unary(const Part& part, const lang::Unary& node);
  Slot call(const Part& part, const lang::Call& node);

  check::Checked& checked_;
  ColumnCode& columns_;
  CodeBuilder code_;
  std::map<Key, Slot> known_;
};

}  // namespace balance
