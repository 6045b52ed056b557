// The value of an expression at one tick, as the tree walker has it: one
// element after another, in the order written.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "eval/column.h"

namespace balance::testing {

struct Element {
  Key key;
  std::string name;  ///< of the instance
  Value value;
};

struct Table {
  Type type = Type::number;
  std::vector<HostId> hosts;  ///< empty: a single value
  bool listed = false;        ///< the text names the instances
  std::vector<Element> elements;

  bool single() const { return hosts.empty(); }
};

inline Value no_value(Type type) {
  Value out;
  out.type = type;
  return out;
}

inline Table single_table(Value value) {
  Table out;
  out.type = value.type;
  out.elements.push_back({{}, "", std::move(value)});
  return out;
}

}  // namespace balance::testing
