#include "agent/store.h"

#include <algorithm>
#include <cctype>
#include <cerrno>

#include <fmt/format.h>

namespace agent {

std::optional<bool> parse_switch(const Value& value) {
  const auto* number = std::get_if<std::uint64_t>(&value);
  if (number == nullptr || *number > 1) return std::nullopt;
  return *number == 1;
}

base::Result<void> bad_value() {
  return base::fail(EINVAL, "not a value that it can have");
}

std::string value_text(const Value& value) {
  if (const auto* number = std::get_if<double>(&value))
    return fmt::format("{}", *number);
  if (const auto* number = std::get_if<std::int64_t>(&value))
    return fmt::format("{}", *number);
  if (const auto* number = std::get_if<std::uint64_t>(&value))
    return fmt::format("{}", *number);
  const auto* whole = std::get_if<std::string>(&value);
  std::string text = whole == nullptr ? "?" : whole->substr(0, 200);
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return std::iscntrl(c); },
      '?');
  return text;
}

int pcp_error(const base::Error& error) {
  if (error.code == 0) return PM_ERR_GENERIC;
  return error.code > 0 ? -error.code : error.code;
}

}  // namespace agent
