// What the operators make of single values.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "eval/column.h"
#include "lang/ast.h"

namespace balance::testing {

inline Value truth_of(bool is) {
  return Value::of(is ? Tri::yes : Tri::no);
}

Value minus(const Value& a);
Value inverse(const Value& a);
Value arithmetic(lang::BinaryOp op, const Value& a, const Value& b);
Value compare(lang::RelationOp op, const Value& a, const Value& b);
Value logic(lang::LogicOp op, const Value& a, const Value& b);
/// `abs(a)`, `pow(a, b)`, `default(a, b)`, …
Value function(std::string_view name, const Value& a);
Value function(std::string_view name, const Value& a, const Value& b);

/// Of hosts or instances: numbers of those that have a value, truths as Kleene
/// has them, nothing at all of nothing.
Value collapse(const lang::Aggregate& node, const std::vector<Value>& values);
/// Of samples: `values` may be fewer than the `window` wants. Numbers need all
/// of them.
Value collapse_window(const lang::Aggregate& node,
                      const std::vector<Value>& values, std::size_t window);

}  // namespace balance::testing
