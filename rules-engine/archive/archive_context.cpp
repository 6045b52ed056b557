#include "archive/archive_context.h"

#include <array>

#include <fmt/format.h>
#include <sys/param.h>

#include "pmapi/context.h"

namespace balance {

base::Result<ArchiveContext> ArchiveContext::open(const std::string& name) {
  const int handle = pmNewContext(PM_CONTEXT_ARCHIVE, name.c_str());
  if (handle < 0)
    return base::fail(handle, fmt::format("{}: {}", name, pm_error(handle)));
  return ArchiveContext(handle);
}

ArchiveContext::~ArchiveContext() {
  if (handle_ >= 0) pmDestroyContext(handle_);
}

// libpcp 7 has the calls that take nanoseconds only for those who want all of
// its new interface; microseconds are the same everywhere.

base::Result<ArchiveContext::Label> ArchiveContext::label() const {
  use();
  pmLogLabel label{};
  if (const int code = pmGetArchiveLabel(&label); code < 0)
    return base::fail(code, pm_error(code));
  timeval end{};
  if (const int code = pmGetArchiveEnd(&end); code < 0)
    return base::fail(code, pm_error(code));
  std::array<char, MAXHOSTNAMELEN + 1> host{};
  pmGetContextHostName_r(handle_, host.data(), static_cast<int>(host.size()));
  Label out;
  out.host = host.data();
  out.zone = label.ll_tz;
  out.begin = {label.ll_start.tv_sec, label.ll_start.tv_usec * 1000};
  out.end = {end.tv_sec, end.tv_usec * 1000};
  return out;
}

base::Result<void> ArchiveContext::set_mode(int mode,
                                            const timespec& from) const {
  use();
  const timeval when{from.tv_sec, from.tv_nsec / 1000};
  // Interpolating, libpcp looks for later records only if time goes on.
  constexpr int kStep_ms = 1000;
  const int code =
      pmSetMode(mode, &when, mode == PM_MODE_INTERP ? kStep_ms : 0);
  if (code < 0) return base::fail(code, pm_error(code));
  return {};
}

}  // namespace balance
