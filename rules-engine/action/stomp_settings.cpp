#include "action/stomp_settings.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"

namespace balance {
namespace {

/// The name that we use for the name that stands in the file; "": none.
std::string_view known(std::string_view name) {
  static const std::map<std::string_view, std::string_view> kNames = {
      {"host", "host"},         {"hostname", "host"},
      {"port", "port"},         {"user", "username"},
      {"username", "username"}, {"password", "password"},
      {"passcode", "password"}, {"timeout", "timeout"},
      {"topic", "topic"}};
  const auto found = kNames.find(name);
  return found == kNames.end() ? std::string_view() : found->second;
}

using Values = std::map<std::string_view, std::string>;

Values values_of(std::string_view text) {
  Values out;
  while (!text.empty()) {
    const std::string_view line = base::take_line(text);
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view name = known(line.substr(0, equals));
    const std::string_view rest = line.substr(equals + 1);
    if (!name.empty())
      out[name] = rest.substr(0, rest.find_first_of(" \t\r\v\f"));
  }
  return out;
}

base::Result<int> number(const std::string& name, const std::string& text,
                         int most) {
  const auto out = base::to_number<int>(text);
  if (!out || *out < 1 || *out > most)
    return base::fail(
        0, fmt::format("{}: '{}' is no number from 1 to {}", name, text, most));
  return *out;
}

}  // namespace

base::Result<StompSettings> parse_stomp_settings(const std::string& text) {
  Values values = values_of(text);
  for (const char* name : {"host", "port", "username", "password"})
    if (values[name].empty()) return base::fail(0, fmt::format("no {}", name));
  // They become headers, which end at a newline.
  for (const auto& [name, value] : values)
    if (std::any_of(value.begin(), value.end(),
                    [](char c) { return static_cast<unsigned char>(c) < ' '; }))
      return base::fail(0, fmt::format("{}: a control character", name));
  StompSettings out;
  out.host = values["host"];
  out.username = values["username"];
  out.password = values["password"];
  if (!values["topic"].empty()) out.topic = values["topic"];
  const auto port = number("port", values["port"], 65535);
  if (!port) return tl::make_unexpected(port.error());
  out.port = *port;
  if (values.contains("timeout")) {
    const auto timeout = number("timeout", values["timeout"], 3600);
    if (!timeout) return tl::make_unexpected(timeout.error());
    out.timeout = std::chrono::seconds(*timeout);
  }
  return out;
}

base::Result<StompSettings> read_stomp_settings(const std::string& path) {
  std::ifstream file(path);
  if (!file) return base::fail_errno(path);
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  auto out = parse_stomp_settings(text);
  if (!out) out.error().text = fmt::format("{}: {}", path, out.error().text);
  return out;
}

}  // namespace balance
