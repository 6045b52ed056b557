#include "action/text_action.h"

#include <array>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

#include "action/syslog_action.h"
#include "eval/expand.h"
#include "program/dump.h"

namespace balance {
namespace {

constexpr std::string_view kFormatLetters = "adflmu%";

/// "Thu Jan  1 00:00:10.250000 1970"
std::string precise_ctime(double now_s) {
  const double whole = std::floor(now_s);
  const std::string text = ctime_text(static_cast<std::time_t>(whole));
  const auto micros = static_cast<long>((now_s - whole) * 1e6);
  const std::size_t year = text.rfind(' ');
  return fmt::format("{}.{:06}{}", text.substr(0, year), micros,
                     text.substr(year));
}

/// FILE or LINE of "FILE:LINE:COLUMN"; FILE may have colons of its own.
std::string_view file_of(std::string_view place) {
  return place.substr(0, place.rfind(':', place.rfind(':') - 1));
}
std::string_view line_of(std::string_view place) {
  const std::size_t begin = file_of(place).size() + 1;
  if (begin > place.size()) return {};
  return place.substr(begin, place.rfind(':') - begin);
}

std::string field(char letter, const Firing& firing, double now_s) {
  const std::string& place = firing.action->origin.place;
  switch (letter) {
    case 'a':
      return std::string(to_string(firing.action->kind));
    case 'd':
      return ctime_text(static_cast<std::time_t>(now_s));
    case 'u':
      return precise_ctime(now_s);
    case 'f':
      return std::string(file_of(place));
    case 'l':
      return std::string(line_of(place));
    case 'm':
      return action_text(firing);
    default:
      return std::string(1, letter);
  }
}

}  // namespace

std::string ctime_text(std::time_t when) {
  std::array<char, 32> text{};
  if (ctime_r(&when, text.data()) == nullptr) return "?";
  const std::string_view line(text.data());
  return std::string(line.substr(0, line.find('\n')));
}

std::string print_line(std::time_t now, const std::vector<std::string>& texts) {
  return fmt::format("{}: {}\n", ctime_text(now), fmt::join(texts, ""));
}

std::string action_text(const Firing& firing) {
  if (firing.action->kind == Action::Kind::syslog)
    return syslog_message(firing).text;
  std::string out;
  for (const std::string& text : firing.action->strings)
    out += expand(text, firing.subjects, firing.moves, firing.nothing);
  return out;
}

std::string archive_line(const Firing& firing, double now_s,
                         const std::string& format) {
  const std::string wanted = format.empty() ? "%a %d: %m" : format;
  std::string out;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i] == '%' && i + 1 < wanted.size())
      out += field(wanted[++i], firing, now_s);
    else
      out += wanted[i];
  }
  return out + '\n';
}

base::Result<void> check_format(const std::string& format) {
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') continue;
    if (++i == format.size())
      return base::fail(0, "a letter must follow the last % of the format");
    if (kFormatLetters.find(format[i]) == std::string_view::npos)
      return base::fail(0, fmt::format("no format %{}; there are %a %d %f %l "
                                       "%m %u %%",
                                       format[i]));
  }
  return {};
}

}  // namespace balance
