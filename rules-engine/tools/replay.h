// pmbalance at work on archives.
#pragma once

#include "archive/archive_set.h"
#include "tools/session.h"

namespace balance {

/// Prints what would have been done; the answer is the exit status.
int run_replay(const RunRequest& request, const ArchiveSet& archives);

}  // namespace balance
