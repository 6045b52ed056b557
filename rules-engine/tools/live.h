// pmbalance at work on live hosts.
#pragma once

#include "tools/session.h"

namespace balance {

/// Runs until a signal or a limit; the answer is the exit status. Signals must
/// be blocked in all threads, see block_signals().
int run_live(const RunRequest& request);

}  // namespace balance
