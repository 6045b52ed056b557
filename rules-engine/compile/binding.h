// What %h, %i and %v of an action's texts mean: pmie's binding and value node.
#pragma once

#include <optional>

#include "compile/node.h"

namespace balance {

/// The elements that a condition is about: the outermost part, from the left,
/// that is more than a single value. Nothing if there is none.
std::optional<Node> binding_node(const check::Checked& checked,
                                 const Node& condition);

struct ValueNode {
  Node node;
  bool lowest_first = false;  ///< the comparison was < or <=
};
/// The first number from the left.
std::optional<ValueNode> value_node(const check::Checked& checked,
                                    const Node& condition);

}  // namespace balance
