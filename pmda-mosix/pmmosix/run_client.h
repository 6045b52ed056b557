// `pmmosix run`: starts a job, is its terminal wherever it goes, and ends as it
// ends.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace mosix {

struct RunOptions {
  std::string socket;  ///< mosixd's
  std::vector<std::string> argv;
  std::string cwd;        ///< "": ours
  bool lock = false;      ///< no automatic migration
  bool no_input = false;  ///< stdin is empty
  bool verbose = false;
  /// How long to wait for a mosixd that went away.
  std::chrono::milliseconds patience = std::chrono::seconds(30);
};

/// The exit status to end with: the job's own; 127 or 126 for a program that is
/// not there or may not be run; 1 for what else went wrong, after a line to
/// stderr. If the job died by a signal this does not return but dies by it too.
int run_job(const RunOptions& options);

}  // namespace mosix
