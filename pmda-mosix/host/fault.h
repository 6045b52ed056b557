// Faults on demand, for tests: the program stumbles at a named point.
//
// The fault file has lines "POINT ACTION [ARG]". When the program comes to
// POINT, the line is removed and its action done:
//   kill9     SIGKILL to itself        stop       SIGSTOP to itself
//   exit      _exit(1)                 fail       fault() returns true
//   delay MS  sleeps                   wait       until FILE.POINT.go exists
// A line that is gone from the file is thus a point that was reached.
#pragma once

#include <string>
#include <string_view>

namespace mosix {

/// Names the fault file, which need not exist; "" switches faults off (as they
/// are from the start).
void fault_open(std::string path);

/// True: the caller takes its error path. Without a fault file this costs one
/// comparison, with one a stat(), and more only if there are lines in it.
bool fault(std::string_view point);

}  // namespace mosix
