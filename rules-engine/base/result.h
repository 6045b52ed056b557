// Results that are a value or an error. The only place that names the library
// behind them: std::expected takes over when the compilers have it.
#pragma once

#include <cstring>
#include <string>
#include <utility>

#include <fmt/format.h>

#include <tl/expected.hpp>

namespace base {

/// What went wrong in the world outside the program (a host that is down, a
/// file that is gone, a bad argument). Errors in a rule file are diagnostics,
/// not this.
struct Error {
  /// An errno value, a negative PM_ERR_* code, or 0 if neither fits.
  int code = 0;
  /// One line, without a full stop: what failed, then why.
  std::string text;
};

template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(int code, std::string text) {
  return tl::make_unexpected(Error{code, std::move(text)});
}

/// "WHAT: strerror(errno)", with errno as the code.
inline tl::unexpected<Error> fail_errno(std::string_view what) {
  const int code = errno;
  return fail(code, fmt::format("{}: {}", what, std::strerror(code)));
}

}  // namespace base
