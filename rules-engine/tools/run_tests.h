// `pmbalance --test`: rule tests instead of rules.
#pragma once

#include "action/plugin.h"
#include "rule_test/load_rules.h"
#include "tools/options.h"

namespace balance {

/// The actions of these plugins, and files as rules are read.
TestKit test_kit(const Plugins& plugins);

/// Runs the tests of all files and prints what they found. The exit status: 0
/// if all passed, else 1.
int run_tests(const CommandLine& command, const Plugins& plugins);

}  // namespace balance
