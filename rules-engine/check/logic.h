// `&&` beside `||` without parentheses.
#pragma once

#include "base/diagnostic.h"
#include "check/checked.h"

namespace balance::check {

/// An error in clauses (C08).
void check_logic(const CheckedFile& file, lang::ExprId id,
                 base::Diagnostics& diagnostics);
/// A warning elsewhere, where pmie's order holds (W02).
void warn_logic(const CheckedFile& file, lang::ExprId id,
                base::Diagnostics& diagnostics);

}  // namespace balance::check
