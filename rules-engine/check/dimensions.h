// Units: what is compared, added or subtracted must measure the same.
#pragma once

#include "base/diagnostic.h"
#include "check/checked.h"

namespace balance::check {

/// Fills Facts::dimension of all files, whose facts are known. A counter is its
/// rate (one time less) unless `instant` stands above it. Reports what does not
/// fit together (M01: an error in what only clauses use, or if `strict`, else a
/// warning, as pmie accepts it). Counts are plain numbers here: 5 / sec and 5
/// count / sec are the same.
void find_dimensions(Checked& checked, bool strict,
                     base::Diagnostics& diagnostics);
/// "byte / sec"; "no unit".
std::string text_of(const lang::Dimension& dimension);

}  // namespace balance::check
