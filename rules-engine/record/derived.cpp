#include "record/derived.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include <pcp/pmapi.h>

namespace balance {
namespace {

namespace fs = std::filesystem;

/// Without quoted texts (of help, which have any form) and comments, and with
/// lines that end with a backslash joined to the next.
std::string plain(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\'' || c == '"') {
      i = std::min(text.find(c, i + 1), text.size());
    } else if (c == '#') {
      i = std::min(text.find('\n', i), text.size());
      out += '\n';
    } else if (c == '\\' && text.substr(i + 1, 1) == "\n") {
      ++i;
    } else {
      out += c;
    }
  }
  return out;
}

bool in_name(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' ||
         c == '.';
}

std::string trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return "";
  return std::string(
      text.substr(begin, text.find_last_not_of(" \t") - begin + 1));
}

/// All names with a dot: functions have none.
std::vector<std::string> operands_of(const std::string& expression) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < expression.size();) {
    std::size_t end = at;
    while (end < expression.size() && in_name(expression[end])) ++end;
    const std::string name = expression.substr(at, end - at);
    at = end + (end == at ? 1 : 0);
    const bool metric =
        name.find('.') != std::string::npos &&
        std::isalpha(static_cast<unsigned char>(name.front())) != 0;
    if (metric && std::find(out.begin(), out.end(), name) == out.end())
      out.push_back(name);
  }
  return out;
}

void add_file(const fs::path& path, DerivedMetrics& out) {
  std::ifstream in(path);
  std::ostringstream text;
  text << in.rdbuf();
  for (auto& [name, metric] : read_derived(text.str()))
    out.emplace(name, std::move(metric));
}

std::string search_path() {
  if (const char* path = std::getenv("PCP_DERIVED_CONFIG")) return path;
  if (const char* path = pmGetOptionalConfig("PCP_DERIVED_CONFIG")) return path;
  const char* folder = pmGetOptionalConfig("PCP_VAR_DIR");
  return folder == nullptr ? "" : std::string(folder) + "/config/derived";
}

}  // namespace

DerivedMetrics read_derived(std::string_view text) {
  DerivedMetrics out;
  std::istringstream lines(plain(text));
  for (std::string line; std::getline(lines, line);) {
    const std::size_t sign = line.find('=');
    if (sign == std::string::npos) continue;
    const std::string name = trimmed(line.substr(0, sign));
    const std::string expression = trimmed(line.substr(sign + 1));
    // `NAME(oneline) = …` is about a metric and does not define it.
    const bool defines =
        !name.empty() && std::all_of(name.begin(), name.end(), in_name);
    if (defines && !expression.empty())
      out.emplace(name, DerivedMetric{expression, operands_of(expression)});
  }
  return out;
}

DerivedMetrics global_derived() {
  DerivedMetrics out;
  std::istringstream paths(search_path());
  for (std::string path; std::getline(paths, path, ':');) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
      add_file(path, out);
      continue;
    }
    for (const auto& entry : fs::directory_iterator(path, error))
      add_file(entry.path(), out);
  }
  return out;
}

}  // namespace balance
