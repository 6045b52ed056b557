#include "compile/binding.h"

#include <algorithm>

#include "check/walk.h"

namespace balance {
namespace {

bool is_number(const Node& node) {
  return type_of(node.facts()) == Type::number;
}

bool is_fetch(const Node& node) {
  return std::holds_alternative<lang::Fetch>(node.expression().node);
}

bool is_aggregate(const Node& node) {
  return std::holds_alternative<lang::Aggregate>(node.expression().node);
}

/// Over hosts or instances.
const lang::Aggregate* aggregate_of(const Node& node) {
  const auto* out = std::get_if<lang::Aggregate>(&node.expression().node);
  return out != nullptr && out->over != lang::Domain::sample ? out : nullptr;
}

}  // namespace

/// What a node is made of: its operands, or what a name stands for.
std::vector<Node> Bindings::parts_of(const Node& node) const {
  std::vector<Node> out;
  if (const auto meaning = node.meaning(checked_)) out.push_back(*meaning);
  check::for_each_operand(node.expression(),
                          [&](lang::ExprId id) { out.push_back(node.at(id)); });
  return out;
}

bool Bindings::has_fetch(const Node& node) {
  if (is_fetch(node)) return true;
  if (const auto known = has_fetch_.find(node); known != has_fetch_.end())
    return known->second;
  const std::vector<Node> parts = parts_of(node);
  return has_fetch_[node] =
             std::any_of(parts.begin(), parts.end(),
                         [&](const Node& part) { return has_fetch(part); });
}

/// Instances or hosts were put together to one, below or here.
bool Bindings::collapsed(const Node& node) {
  if (is_fetch(node)) return false;
  if (aggregate_of(node) != nullptr) return true;
  if (const auto known = collapsed_.find(node); known != collapsed_.end())
    return known->second;
  // As in pmie the left side decides over what has no instances anyway.
  const std::vector<Node> parts = parts_of(node);
  bool first = true;
  bool out = true;
  for (const Node& part : parts) {
    if (!has_fetch(part)) continue;
    const bool narrow =
        !first && part.facts().instances == check::Facts::Instances::none;
    out = out && (collapsed(part) || narrow);
    first = false;
  }
  return collapsed_[node] = out;
}

/// The first part, from the left, that has to do with a metric; of several
/// instances if one has those.
std::optional<Node> Bindings::left_of(const Node& node) {
  std::optional<Node> out;
  for (const Node& part : parts_of(node)) {
    if (!has_fetch(part)) continue;
    const bool wide = part.facts().instances != check::Facts::Instances::none;
    if (wide) return part;
    if (!out) out = part;
  }
  return out;
}

std::optional<Node> Bindings::of(const Node& condition) {
  std::optional<Node> at = condition;
  while (at && collapsed(*at)) {
    if (is_aggregate(*at) && is_number(*at)) return at;
    const std::optional<Node> next = left_of(*at);
    // A comparison says of which hosts it is true, a number does not.
    if (next && is_number(*next) && at->facts().hosts.size() > 1) return at;
    at = next;
  }
  return at;
}

std::optional<ValueNode> Bindings::value_of(const Node& condition) {
  ValueNode out;
  for (std::optional<Node> at = condition; at; at = left_of(*at)) {
    out.node = *at;
    if (type_of(at->facts()) != Type::truth) return out;
    const auto* relation = std::get_if<lang::Relation>(&at->expression().node);
    if (relation != nullptr)
      out.lowest_first = relation->op == lang::RelationOp::less ||
                         relation->op == lang::RelationOp::less_equal;
  }
  return std::nullopt;
}

std::optional<Node> extreme_node(const Node& binding) {
  const lang::Aggregate* aggregate = aggregate_of(binding);
  if (aggregate == nullptr || (aggregate->op != lang::Collapse::max &&
                               aggregate->op != lang::Collapse::min))
    return std::nullopt;
  return binding.at(aggregate->operand);
}

}  // namespace balance
