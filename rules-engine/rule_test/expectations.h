// The lines of rule tests that begin with `at`, `error`, `warning` and
// `outcome`.
#pragma once

#include "rule_test/cursor.h"
#include "rule_test/test_file.h"

namespace balance {

/// Behind `at`.
void read_at(Cursor& line, RuleTest& test);
/// Behind `error` or `warning`.
void read_problem(Cursor& line, bool error, RuleTest& test);
/// Behind `outcome`, which is at `offset`.
void read_outcome(Cursor& line, std::optional<When> when, std::size_t offset,
                  RuleTest& test);

}  // namespace balance
