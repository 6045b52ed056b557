// The operations of one element. Columns and clauses share them.
#pragma once

#include "eval/column.h"
#include "program/program.h"

namespace balance {

using NumberFunction = double (*)(double, double);
using CompareFunction = bool (*)(double, double);

/// Arithmetic of two numbers that are there, or of one (the second is passed
/// over); null if `op` is none.
NumberFunction number_function(Op op);
/// Null if `op` is no comparison of numbers.
CompareFunction compare_function(Op op);

Tri both(Tri a, Tri b);
Tri either(Tri a, Tri b);
Tri negation(Tri a);
constexpr Tri to_tri(bool x) {
  return x ? Tri::yes : Tri::no;
}

/// One element of any operation that looks at one element of each operand and
/// keeps no state. A missing operand gives no value, but for Kleene's logic,
/// `known` and `default`.
Value apply(Op op, const Value& a, const Value& b);
/// less … not_equal
bool is_comparison(Op op);
/// `a op b` is `b mirrored(op) a`; of comparisons.
Op mirrored(Op op);
/// Has `op` two operands?
bool is_binary(Op op);
/// Is `op` one for `apply`?
bool is_elementwise(Op op);

}  // namespace balance
