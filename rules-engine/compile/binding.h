// What %h, %i and %v of an action's texts mean: pmie's binding and value node.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "compile/node.h"

namespace balance {

struct ValueNode {
  Node node;
  bool lowest_first = false;  ///< the comparison was < or <=
};

class Bindings {
 public:
  explicit Bindings(const check::Checked& checked) : checked_(checked) {}

  /// The elements that a condition is about: the outermost part, from the left,
  /// that no aggregate has put together, or the first aggregate that is a
  /// number. Nothing if no metric is in it.
  std::optional<Node> of(const Node& condition);
  /// The first number or text from the left that has to do with a metric.
  std::optional<ValueNode> value_of(const Node& condition);

 private:
  std::vector<Node> parts_of(const Node& node) const;
  bool has_fetch(const Node& node);
  bool collapsed(const Node& node);
  std::optional<Node> left_of(const Node& node);

  const check::Checked& checked_;
  // Names may stand for names: each is looked into once.
  std::map<Node, bool> has_fetch_, collapsed_;
};

/// The operand of a binding node that is `max_inst`, `min_host` or the like.
std::optional<Node> extreme_node(const Node& binding);

}  // namespace balance
