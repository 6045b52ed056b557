// Names in rule tests that nothing bears.
#pragma once

#include <vector>

#include "rule_test/load_rules.h"
#include "rule_test/test_file.h"

namespace balance {

/// Rules and hosts of the test that are none of the program's.
std::vector<TextFault> unknown_names(const RuleTest& test,
                                     const Program& program);

/// Metrics that the rules name and that have no series, and series that
/// neither the rules nor their actions look at.
std::vector<TextFault> idle_names(const RuleTest& test, const Program& program,
                                  const TestKit& kit);

}  // namespace balance
