// Whose metrics clauses ask for: what can be told when it is known what the
// metrics are.
#pragma once

#include "base/diagnostic.h"
#include "check/checked.h"

namespace balance::check {

/// Looks at the bound clauses of all files. Reports targets that are no
/// instances of anything (C09, C26), a rank that is none of processes (C12),
/// metrics of a node with several values for each (M03), the rate of an age
/// (M04, a warning), and candidates that no host can have (M05).
void check_clause_metrics(const Checked& checked,
                          base::Diagnostics& diagnostics);

}  // namespace balance::check
