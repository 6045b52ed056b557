// Operations that collapse the instances of each host, or everything.
#pragma once

#include <vector>

#include "eval/column.h"
#include "program/program.h"

namespace balance {

/// The outcome of a collapsing `op` over some elements of one column. Numbers:
/// of those that have a value, none if none has. Truths: Kleene's; none of an
/// empty set. `number` is the per cent of `percent`.
Value collapse(Op op, double number, const std::vector<Value>& elements);

/// Over instances: one value for each host. Over hosts: a single one.
Column aggregate(const Instruction& instruction, Type type,
                 const Column& operand);

}  // namespace balance
