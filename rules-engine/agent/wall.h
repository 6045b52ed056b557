// The wall between C++ and C: no exception passes it.
#pragma once

#include <cerrno>
#include <exception>
#include <new>

#include <pcp/pmapi.h>
#include <syslog.h>

namespace agent {

/// What `function` returns, or an error if it threw; the log then says `what`.
template <class Function>
int guarded(const char* what, Function&& function) noexcept {
  try {
    return function();
  } catch (const std::bad_alloc&) {
    return -ENOMEM;
  } catch (const std::exception& error) {
    pmNotifyErr(LOG_ERR, "%s: %s", what, error.what());
  } catch (...) {
    pmNotifyErr(LOG_ERR, "%s: unknown exception", what);
  }
  return PM_ERR_GENERIC;
}

}  // namespace agent
