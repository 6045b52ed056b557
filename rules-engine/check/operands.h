// What follows the word of a clause.
#pragma once

#include "base/diagnostic.h"
#include "check/checked.h"

namespace balance::check {

/// Reports operands that the row of the clause does not allow: C04, C05, C08,
/// C09, C10, C11, C12, C16, C26, N01.
void check_operand(const CheckedFile& file, const BoundClause& bound,
                   base::Diagnostics& diagnostics);

}  // namespace balance::check
