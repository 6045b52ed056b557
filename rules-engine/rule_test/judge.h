// Compares what an evaluation did with what a test expects of it.
#pragma once

#include <string>
#include <vector>

#include "rule_test/stage.h"
#include "rule_test/test_file.h"

namespace balance {

/// Lines of what was expected and of what came, and why it came.
struct Difference {
  std::size_t offset = 0;  ///< of the first expectation that is not met
  std::vector<std::string> expected, got;
  bool explain = false;  ///< by the runs of the evaluation
};

/// `expected`: what the test expects of this evaluation, in its order.
std::vector<Difference> judge(const std::vector<const Expectation*>& expected,
                              const Happened& happened, const Stage& stage);

/// A rule, or a named expression, that is shown; null if there is none.
const Rule* find_rule(const Program& program, const std::string& name);

}  // namespace balance
