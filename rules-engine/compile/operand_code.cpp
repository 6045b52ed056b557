#include "compile/operand_code.h"

#include <utility>

#include "base/overloaded.h"
#include "check/functions.h"
#include "compile/operators.h"

namespace balance {
namespace {

bool is_literal(const lang::Expression& expression) {
  return std::holds_alternative<lang::Number>(expression.node) ||
         std::holds_alternative<lang::String>(expression.node) ||
         std::holds_alternative<lang::Truth>(expression.node);
}

}  // namespace

Operand OperandCode::operand(const Node& node, Side side) {
  Operand out;
  out.type = type_of(node.facts());
  out.origin = origin_of(node.expression().span);
  known_.clear();
  const Slot result = value({node, side, false});
  out.code = code_.finish(result);
  return out;
}

Operand OperandCode::number(const Node& node, double value) {
  Operand out;
  out.origin = origin_of(node.expression().span);
  out.code = code_.finish(code_.constant(value, node.text()));
  return out;
}

Slot OperandCode::value(const Part& part) {
  const Key key{part.node, part.side, part.instant};
  if (const auto found = known_.find(key); found != known_.end())
    return found->second;
  const Slot slot = make(part);
  known_.emplace(key, slot);
  return slot;
}

Slot OperandCode::make(const Part& part) {
  const lang::Expression& expression = part.node.expression();
  if (part.node.facts().constant || is_literal(expression))
    return constant(part);
  return std::visit(
      base::Overloaded{
          [&](const lang::Fetch&) { return lookup(part, true); },
          [&](const lang::Variable&) { return variable(part); },
          [&](const lang::Unary& node) { return unary(part, node); },
          [&](const lang::Binary& node) {
            return chain(part, op_of(node.op), {node.left, node.right});
          },
          [&](const lang::Relation& node) {
            return chain(part, op_of(node.op), {node.left, node.right});
          },
          [&](const lang::Logic& node) {
            return chain(part, op_of(node.op), node.operands);
          },
          [&](const lang::Call& node) { return call(part, node); },
          // Aggregates, and what keeps state, belong to the whole column.
          [&](const auto&) { return lookup(part, false); }},
      expression.node);
}

Slot OperandCode::add(const Part& part, Instruction instruction) {
  return code_.add(std::move(instruction), {type_of(part.node.facts()),
                                            Shape::single, part.node.text()});
}

Slot OperandCode::constant(const Part& part) {
  Instruction out;
  const auto& node = part.node.expression().node;
  if (const auto& number = part.node.facts().constant)
    out.number = number->value;
  else if (const auto* text = std::get_if<lang::String>(&node))
    out.text = text->text;
  else if (const auto* truth = std::get_if<lang::Truth>(&node))
    out.number = truth->value ? 1 : 0;
  return add(part, std::move(out));
}

Slot OperandCode::lookup(const Part& part, bool shifted) {
  Instruction out = operation(
      Op::lookup, columns_.column(part.node, Use::clause, part.instant));
  out.side = part.side;
  out.shifted = shifted;
  return add(part, std::move(out));
}

Slot OperandCode::chain(const Part& part, Op op,
                        const std::vector<lang::ExprId>& operands) {
  Slot slot = value(part.at(operands.front()));
  for (std::size_t i = 1; i < operands.size(); ++i)
    slot = add(part, operation(op, slot, value(part.at(operands[i]))));
  return slot;
}

Slot OperandCode::variable(const Part& part) {
  const auto meaning = part.node.meaning(checked_);
  if (!meaning) return lookup(part, false);
  // A template is its text; a text or truth by name is a constant.
  if (part.node.facts().sided() || is_literal(meaning->expression()))
    return value({*meaning, part.side, part.instant});
  return lookup(part, false);
}

Slot OperandCode::unary(const Part& part, const lang::Unary& node) {
  switch (node.op) {
    case lang::UnaryOp::negate:
    case lang::UnaryOp::negation:
      return add(part, operation(op_of(node.op), value(part.at(node.operand))));
    case lang::UnaryOp::instant:
      return value({part.node.at(node.operand), part.side, true});
    default:
      return lookup(part, false);
  }
}

Slot OperandCode::call(const Part& part, const lang::Call& node) {
  const check::FunctionSpec& spec = *check::find_function(node.function.text);
  const auto of_side = [&](Side side) {
    return value({part.node.at(node.arguments.front()), side, part.instant});
  };
  if (spec.function == check::Function::my) return of_side(Side::my);
  if (spec.function == check::Function::target) return of_side(Side::target);
  const Op op = op_of(spec.function);
  if (op == Op::latch) return lookup(part, false);
  if (spec.arguments > 1 || spec.or_more)
    return chain(part, op, node.arguments);
  return add(part, operation(op, value(part.at(node.arguments.front()))));
}

}  // namespace balance
