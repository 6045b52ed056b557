// Actions keep their numbers when rules are read anew.
#pragma once

#include "program/program.h"

namespace balance {

/// Gives the actions of `program` new numbers: those that they had in `before`
/// where a rule of the same name had the same action (its word) in the same
/// place, others that `before` did not use to all else. What is remembered by
/// number (hold-offs) then goes on. Rules without a name have new ones.
void keep_numbers(Program& program, const Program& before);

}  // namespace balance
