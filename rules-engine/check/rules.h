// Statements, rules and their actions.
#pragma once

#include "base/diagnostic.h"
#include "check/checked.h"

namespace balance::check {

/// Fills CheckedFile::clauses of all files, whose facts are known. Reports
/// what stands in the wrong place or cannot be done: C01, C04, C10, C16, C17,
/// C20, C23, N01, W02, and what binding and operands report.
void check_rules(Checked& checked, Catalogue catalogue,
                 base::Diagnostics& diagnostics);

}  // namespace balance::check
