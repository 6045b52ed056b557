// What names mean.
#pragma once

#include "base/diagnostic.h"
#include "check/checked.h"

namespace balance::check {

/// Fills Checked::names and CheckedFile::names of all files. Reports names
/// that are used before they are defined (C14), that are rules (C15), or that
/// are defined twice (C25).
void resolve_names(Checked& checked, base::Diagnostics& diagnostics);

}  // namespace balance::check
