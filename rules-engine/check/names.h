// What names mean.
#pragma once

#include "base/diagnostic.h"
#include "check/checked.h"

namespace balance::check {

/// Fills Checked::names and CheckedFile::names of all files. Reports names
/// that are used before they are defined (C14), that are rules (C15), that
/// are defined twice (C25), or that use names that use names, too deep (C22).
void resolve_names(Checked& checked, base::Diagnostics& diagnostics);

}  // namespace balance::check
