// What names mean.
#pragma once

#include "base/diagnostic.h"
#include "check/checked.h"

namespace balance::check {

/// Fills Checked::definitions and names, and of all files CheckedFile::names,
/// defines and labels. `$name` is the last constant of that name above; without
/// one it is pmie's own (`minute`), or the expression. Reports names that are
/// used before they are defined (C14), that are rules (C15), that are defined
/// twice and no constants (C25), that use names that use names, too deep (C22),
/// or that are both constant and expression (W09).
void resolve_names(Checked& checked, base::Diagnostics& diagnostics);

}  // namespace balance::check
