// The ways to be measured: lines of the plan, and what came of them.
#pragma once

#include <istream>
#include <string>
#include <vector>

#include "child.h"

namespace bench {

struct Way {
  std::string name;  ///< also of the file that its output goes to
  bool once = false;
  double limit_s = 0;
  std::vector<std::string> words;  ///< program and arguments
  std::vector<Cost> runs;          ///< by round
};

/// A line is NAME, `once` or `-`, LIMIT in seconds, and the words, separated by
/// tabs. Throws std::runtime_error at one that is not.
std::vector<Way> read_plan(std::istream& in);

/// A line for each way, separated by tabs: name, runs; wall time in ms: median,
/// least, most; over the first way's in the same round: median of the ratios,
/// of the differences; CPU time in ms: median, median of the ratios; kilobytes,
/// most; `cut` or `ended`.
void print_result(const std::vector<Way>& ways);

}  // namespace bench
