// What a child between fork and exec needs, where nothing may allocate: the
// arguments of exec, and a way to say why it cannot go on.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace mosix {

/// As exec takes them, with the null at the end. Valid while `texts` is.
std::vector<char*> exec_pointers(const std::vector<std::string>& texts);

/// Ends the child: writes errno and the step that failed to `fd`, a pipe that
/// exec closes.
[[noreturn]] void report_failure(int fd, const char* step);

/// The other end: waits until the exec has closed the pipe, or for the report,
/// which is then the error.
base::Result<void> read_exec_report(int fd);

}  // namespace mosix
