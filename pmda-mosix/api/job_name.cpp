#include "api/job_name.h"

#include "base/text.h"

namespace mosix {

using base::to_number;

namespace {

/// A number without a sign, and the colon after it, which `text` loses.
template <class T>
std::optional<T> take_number(std::string_view& text) {
  const auto part = text.substr(0, text.find(':'));
  text.remove_prefix(std::min(part.size() + 1, text.size()));
  if (part.starts_with('-')) return std::nullopt;
  return to_number<T>(part);
}

}  // namespace

std::optional<JobName> parse_job_name(std::string_view text) {
  if (std::count(text.begin(), text.end(), ':') != 2) return std::nullopt;
  const auto home = take_number<int>(text);
  const auto pid = take_number<int>(text);
  const auto start = take_number<std::uint64_t>(text);
  if (!home || !pid || !start) return std::nullopt;
  return JobName{*home, *pid, *start};
}

}  // namespace mosix
