#include "mosixd/config.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <sstream>

#include "base/text.h"
#include "host/file.h"

namespace mosix {

using base::to_number;
using base::words_of;

namespace {

using base::fail;
using base::Result;

std::string trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  const auto last = text.find_last_not_of(" \t\r");
  return std::string(text.substr(first, last - first + 1));
}

/// False if the text is no number; `value` then stays as it is.
template <class Number>
bool parse_number(std::string_view text, Number& value) {
  const auto number = to_number<Number>(text);
  value = number.value_or(value);
  return number.has_value();
}

/// Calls `line_of(number, text)` for each line with its comment cut off; what
/// it returns is an error of that line, "" if none.
std::string each_line(
    const std::string& text, const std::string& path,
    const std::function<std::string(const std::string&)>& line_of) {
  std::istringstream in(text);
  std::string line;
  std::string errors;
  for (int number = 1; std::getline(in, line); ++number) {
    line = trim(std::string_view(line).substr(0, line.find('#')));
    if (line.empty()) continue;
    const std::string error = line_of(line);
    if (error.empty()) continue;
    if (!errors.empty()) errors += '\n';
    errors += fmt::format("{}:{}: {}", path, number, error);
  }
  return errors;
}

/// Sets one key; an error text if it cannot be.
using Setter = std::function<std::string(Config&, const std::string&)>;

Setter text_setter(std::string Config::*member) {
  return [member](Config& config, const std::string& value) {
    config.*member = value;
    return std::string{};
  };
}

Setter list_setter(std::vector<std::string> Config::*member) {
  return [member](Config& config, const std::string& value) {
    config.*member = words_of(value);
    return std::string{};
  };
}

const std::map<std::string, Setter>& setters() {
  static const std::map<std::string, Setter> table{
      {"node",
       [](Config& config, const std::string& value) {
         const bool good = parse_number(value, config.node) &&
                           config.node >= 1 && config.node <= 65535;
         return good ? "" : "node is a number from 1 to 65535";
       }},
      {"speed",
       [](Config& config, const std::string& value) {
         const bool good = parse_number(value, config.speed) &&
                           config.speed > 0 && config.speed < 1e6;
         return good ? "" : "speed is a number above 0";
       }},
      {"nodes", text_setter(&Config::nodes)},
      {"state_dir", text_setter(&Config::state_dir)},
      {"run_dir", text_setter(&Config::run_dir)},
      {"criu", text_setter(&Config::criu)},
      {"cgroup", text_setter(&Config::cgroup)},
      {"ssh", text_setter(&Config::ssh)},
      {"ssh_key", text_setter(&Config::ssh_key)},
      {"known_hosts", text_setter(&Config::known_hosts)},
      {"ssh_user", text_setter(&Config::ssh_user)},
      {"faults", text_setter(&Config::faults)},
      {"ssh_options", list_setter(&Config::ssh_options)},
      {"agents", list_setter(&Config::agents)},
      {"operators", list_setter(&Config::operators)},
  };
  return table;
}

std::string set_key(Config& config, const std::string& line) {
  const auto equals = line.find('=');
  if (equals == std::string::npos) return "expected: key = value";
  const std::string key = trim(line.substr(0, equals));
  const auto setter = setters().find(key);
  if (setter == setters().end()) return fmt::format("unknown key {}", key);
  return setter->second(config, trim(line.substr(equals + 1)));
}

std::string missing_keys(const Config& config, const std::string& path) {
  std::string errors;
  for (const auto& [key, value] : {std::pair{"nodes", config.nodes},
                                   {"state_dir", config.state_dir},
                                   {"run_dir", config.run_dir},
                                   {"criu", config.criu},
                                   {"cgroup", config.cgroup}})
    if (value.empty())
      errors += fmt::format("{}{}: {} is not set", errors.empty() ? "" : "\n",
                            path, key);
  return errors;
}

/// Adds the nodes of one line of the table; an error text if it is wrong.
std::string add_nodes(std::vector<NodeEntry>& nodes, std::set<int>& ids,
                      const std::string& line) {
  const std::vector<std::string> words = words_of(line);
  int first = 0;
  int count = 1;
  if (words.size() < 2 || words.size() > 3 || !parse_number(words[0], first) ||
      (words.size() == 3 && !parse_number(words[2], count)))
    return "expected: FIRST-ID HOST COUNT";
  if (first < 1 || count < 1 || first + count > 65536)
    return "node ids go from 1 to 65535";
  const std::string& host = words[1];
  const auto digits = host.find_last_not_of("0123456789") + 1;
  int number = 0;
  if (count > 1 && !parse_number(host.substr(digits), number))
    return fmt::format("{} does not end in a number, so COUNT must be 1", host);
  for (int i = 0; i < count; ++i) {
    if (!ids.insert(first + i).second)
      return fmt::format("node {} is given twice", first + i);
    nodes.push_back({first + i, count == 1 ? host
                                           : host.substr(0, digits) +
                                                 std::to_string(number + i)});
  }
  return {};
}

}  // namespace

Result<Config> parse_config(const std::string& text, const std::string& path) {
  Config config;
  std::string errors = each_line(text, path, [&](const std::string& line) {
    return set_key(config, line);
  });
  if (errors.empty()) errors = missing_keys(config, path);
  if (!errors.empty()) return fail(EINVAL, errors);
  return config;
}

Result<Config> read_config(const std::string& path) {
  return read_file(path).and_then(
      [&](const std::string& text) { return parse_config(text, path); });
}

Result<std::vector<NodeEntry>> parse_nodes(const std::string& text,
                                           const std::string& path) {
  std::vector<NodeEntry> nodes;
  std::set<int> ids;
  const std::string errors = each_line(
      text, path,
      [&](const std::string& line) { return add_nodes(nodes, ids, line); });
  if (!errors.empty()) return fail(EINVAL, errors);
  if (nodes.empty()) return fail(EINVAL, fmt::format("{}: no nodes", path));
  return nodes;
}

Result<std::vector<NodeEntry>> read_nodes(const std::string& path) {
  return read_file(path).and_then(
      [&](const std::string& text) { return parse_nodes(text, path); });
}

}  // namespace mosix
