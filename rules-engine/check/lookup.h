// Asks the hosts, or the archives, about the metrics that rules name.
#pragma once

#include "base/diagnostic.h"
#include "check/check.h"

namespace balance::check {

/// Fills CheckedFile::metrics of all files, whose names are resolved, and
/// Checked::missing. Reports metrics that a host lacks (M06; a warning if it
/// has the name and does not support it), hosts that do not
/// answer (M07, a warning, once for each), hosts without archive (M08, once for
/// each), metrics without values for rules (M02), instances of metrics that
/// have none (M09), and instances that no host has now (M10, a warning).
/// Without Options::metrics all stay unknown.
void look_up_metrics(Checked& checked, Catalogue catalogue,
                     const Options& options, base::Diagnostics& diagnostics);

}  // namespace balance::check
