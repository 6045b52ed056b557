// What checking found out, for people: `--dump types`.
#pragma once

#include <string>

#include "check/checked.h"

namespace balance::check {

/// One line for each statement, below it one for each expression in it, deeper
/// ones further right:
///
///     f:1:1: x (every 10 sec)
///       f:1:5: load > 1 | truth, host a, instances?, samples 1, any unit
///         f:1:5: load | number, host a, instances?, samples 1, byte / sec
std::string dump_types(const Checked& checked);

}  // namespace balance::check
