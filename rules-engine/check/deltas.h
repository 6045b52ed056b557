// How often each statement is evaluated.
#pragma once

#include "base/diagnostic.h"
#include "check/checked.h"

namespace balance::check {

/// Whether this is `delta = …`.
bool sets_delta(const lang::Statement& statement);

/// Fills CheckedFile::deltas_s of all files, whose facts are known. A
/// `delta = …` holds for itself and what follows, in later files too. Reports
/// what is not a time above 0 (C04, C16).
void find_deltas(Checked& checked, double delta_s,
                 base::Diagnostics& diagnostics);

}  // namespace balance::check
