// One run of a program, and what it took.
#pragma once

#include <string>
#include <vector>

namespace bench {

struct Cost {
  double wall_ms = 0;
  double cpu_ms = 0;  ///< of the process and its children
  long rss_kb = 0;    ///< the most that it had
  bool cut = false;   ///< it was ended at the limit
};

/// Runs it to its end with standard output in file `out` and standard error in
/// `out`.err. Throws std::runtime_error if it fails.
Cost run_child(const std::vector<std::string>& words, double limit_s,
               const std::string& out);

}  // namespace bench
