#include "compile/binding.h"

#include "base/overloaded.h"

namespace balance {
namespace {

/// The left part of what is true or false; nothing below a number.
std::optional<Node> left_of(const check::Checked& checked, const Node& node) {
  using Left = std::optional<Node>;
  return std::visit(
      base::Overloaded{
          [&](const lang::Logic& n) -> Left {
            return node.at(n.operands.front());
          },
          [&](const lang::Unary& n) -> Left { return node.at(n.operand); },
          [&](const lang::Held& n) -> Left { return node.at(n.condition); },
          [&](const lang::Aggregate& n) -> Left { return node.at(n.operand); },
          [&](const lang::MatchInst& n) -> Left { return node.at(n.operand); },
          [&](const lang::Relation& n) -> Left { return node.at(n.left); },
          [&](const lang::Call& n) -> Left {
            return node.at(n.arguments.front());
          },
          [&](const lang::Variable&) -> Left { return node.meaning(checked); },
          [](const auto&) -> Left { return std::nullopt; }},
      node.expression().node);
}

bool is_number(const Node& node) {
  return type_of(node.facts()) == Type::number;
}

}  // namespace

std::optional<Node> binding_node(const check::Checked& checked,
                                 const Node& condition) {
  std::optional<Node> at = condition;
  while (at && at->facts().single()) {
    const bool aggregate =
        std::holds_alternative<lang::Aggregate>(at->expression().node);
    if (aggregate && is_number(*at)) return at;
    at = left_of(checked, *at);
  }
  return at;
}

std::optional<ValueNode> value_node(const check::Checked& checked,
                                    const Node& condition) {
  ValueNode out;
  for (std::optional<Node> at = condition; at; at = left_of(checked, *at)) {
    out.node = *at;
    if (is_number(*at)) return out;
    const auto* relation = std::get_if<lang::Relation>(&at->expression().node);
    if (relation != nullptr)
      out.lowest_first = relation->op == lang::RelationOp::less ||
                         relation->op == lang::RelationOp::less_equal;
  }
  return std::nullopt;
}

}  // namespace balance
