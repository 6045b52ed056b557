#include "base/log.h"

#include <ctime>
#include <string>

#include <fmt/chrono.h>
#include <unistd.h>

namespace base {
namespace {

std::string g_program = "?";
bool g_verbose = false;

std::string_view name_of(Severity severity) {
  switch (severity) {
    case Severity::debug:
      return "Debug";
    case Severity::info:
      return "Info";
    case Severity::warning:
      return "Warning";
    case Severity::error:
      return "Error";
  }
  return "?";
}

}  // namespace

void log_open(std::string_view program, bool verbose) {
  g_program = program;
  g_verbose = verbose;
}

void log_line(Severity severity, std::string_view text) {
  if (severity == Severity::debug && !g_verbose) return;
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  std::tm local{};
  localtime_r(&now.tv_sec, &local);
  const std::string line = fmt::format(
      "[{:%a %b %d %H:%M:%S}.{:03}] {}({}) {}: {}\n", local,
      now.tv_nsec / 1000000, g_program, getpid(), name_of(severity), text);
  // One write, so that lines of several processes do not mix.
  [[maybe_unused]] const ssize_t n =
      write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace base
