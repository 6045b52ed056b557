// pmbalance at work on live hosts.
#pragma once

#include "action/plugin.h"
#include "program/program.h"
#include "tools/options.h"

namespace balance {

/// Runs until a signal or a limit; the answer is the exit status. SIGTERM and
/// SIGINT must be blocked in all threads.
int run_live(const Program& program, const Plugins& plugins,
             const CommandLine& command);

}  // namespace balance
