// What may stand in a `migrate` action, and what it must know of a process.
#pragma once

#include <span>

#include "action/pmbalance_action.h"

namespace balance {

std::span<const pmb_clause> migrate_clauses();
std::span<const pmb_need> migrate_needs();

}  // namespace balance
