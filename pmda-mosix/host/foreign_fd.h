// A copy of a descriptor of another process: the way to ask a socket or a pipe
// itself how it is.
#pragma once

#include "base/result.h"
#include "host/fd.h"

namespace mosix {

/// Close it soon: while it is held, the process's own close() is not the last.
/// ESRCH: the process or its descriptor is gone. Needs the right to ptrace it.
base::Result<Fd> foreign_fd(int pid, int fd);

}  // namespace mosix
