// Types and shapes of expressions.
#pragma once

#include "base/diagnostic.h"
#include "check/checked.h"

namespace balance::check {

/// Fills CheckedFile::facts of all files, whose names are resolved and whose
/// metrics are looked up. Reports what an operator or a function cannot take:
/// C04, C07, C10, C13, C16, C18, C19, C26, W01, W11, W12.
void find_facts(Checked& checked, base::Diagnostics& diagnostics);

}  // namespace balance::check
