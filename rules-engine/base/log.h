// The log of our own daemons: one line an event, to stderr (which the caller
// has turned into a log file), in PCP's form: "[Wed Nov 25 16:24:24] name(pid)
// Info: text". The PMDAs and pmbalance use libpcp's pmNotifyErr, which writes
// the same form; this is for programs that do not link libpcp.
#pragma once

#include <string_view>

#include <fmt/format.h>

namespace base {

enum class Severity { debug, info, warning, error };

/// Name shown in each line; debug lines appear only when `verbose`.
void log_open(std::string_view program, bool verbose);
void log_line(Severity severity, std::string_view text);

template <class... Args>
void log_debug(fmt::format_string<Args...> format, Args&&... args) {
  log_line(Severity::debug, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void log_info(fmt::format_string<Args...> format, Args&&... args) {
  log_line(Severity::info, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void log_warning(fmt::format_string<Args...> format, Args&&... args) {
  log_line(Severity::warning, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void log_error(fmt::format_string<Args...> format, Args&&... args) {
  log_line(Severity::error, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace base
