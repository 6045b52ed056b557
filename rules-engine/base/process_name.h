// The name that a process has as an instance, in all agents.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace base {

/// `%06d COMMAND`, as in pmdaproc(1): by its first word the rows of several
/// agents join. Control characters in the command become `?`.
inline std::string process_name(int pid, std::string_view command) {
  std::string name = fmt::format("{:06} {}", pid, command);
  std::replace_if(
      name.begin(), name.end(),
      [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; },
      '?');
  return name;
}

}  // namespace base
