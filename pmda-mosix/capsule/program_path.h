// Where a program is looked for, as execvp does, but in the PATH of the job's
// own environment.
#pragma once

#include <string>
#include <vector>

namespace mosix {

/// The files to try, in order. A name with a slash is tried as it is.
std::vector<std::string> program_candidates(
    const std::string& name, const std::vector<std::string>& env);

}  // namespace mosix
