#include "host/foreign_fd.h"

#include <cerrno>

#include <sys/syscall.h>
#include <unistd.h>

namespace mosix {

base::Result<Fd> foreign_fd(int pid, int fd) {
  const auto what = fmt::format("process {}, descriptor {}", pid, fd);
  const Fd process(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  if (!process) return base::fail_errno(what);
  Fd copy(static_cast<int>(syscall(SYS_pidfd_getfd, process.get(), fd, 0)));
  if (copy) return copy;
  if (errno == EBADF) return base::fail(ESRCH, what + ": closed");
  return base::fail_errno(what);
}

}  // namespace mosix
