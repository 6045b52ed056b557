#include "tools/interactive.h"

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <pcp/pmapi.h>

namespace balance {
namespace {

constexpr std::string_view kMenu =
    "debugger commands\n\n"
    "  f [file-name]      - load expressions from given file or stdin\n"
    "  l [expr-name]      - list named expression or all expressions\n"
    "  r [interval]       - run for given or default interval\n"
    "  S time-spec        - set start time for run\n"
    "  T time-spec        - set default interval for run command\n"
    "  v [expr-name]      - print subexpression used for %h, %i and\n"
    "                       %v bindings\n"
    "  h or ?             - print this menu of commands\n"
    "  q                  - quit\n\n";

std::string trimmed(const std::string& text) {
  constexpr const char* kBlanks = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

/// The end of rules from standard input: `.` where a statement would begin.
bool ends_text(const std::string& line) {
  const std::string text = trimmed(line);
  if (text.empty() || text.back() != '.') return false;
  const std::string before = trimmed(text.substr(0, text.size() - 1));
  return before.empty() || before.back() == ';';
}

double midnight_s(double s) {
  const auto seconds = static_cast<std::time_t>(s);
  std::tm day{};
  localtime_r(&seconds, &day);
  day.tm_hour = day.tm_min = day.tm_sec = 0;
  return static_cast<double>(std::mktime(&day));
}

}  // namespace

Interactive::Interactive(std::string program, const TimeWindow& window,
                         const TimeWindow& whole, World world)
    : program_(std::move(program)),
      world_(std::move(world)),
      window_(window),
      whole_(whole),
      length_s_(window.end_s - window.start_s) {}

bool Interactive::load(const std::string& path) {
  auto source = read_rule_file(find_rule_file(path));
  if (source)
    add(*source);
  else
    world_.error(fmt::format("{}: {}\n", program_, source.error().text));
  return source.has_value();
}

/// What has errors is not taken.
void Interactive::add(const std::shared_ptr<const base::SourceFile>& source) {
  sources_.push_back(source);
  LoadedRules loaded = world_.load(sources_);
  world_.error(loaded.messages);
  if (loaded.program)
    rules_ = std::move(loaded);
  else
    sources_.pop_back();
}

void Interactive::load_text(std::istream& in) {
  std::string text;
  bool more = true;
  for (std::string line; more && std::getline(in, line);) {
    more = !ends_text(line);
    text += line + '\n';
  }
  add(std::make_shared<const base::SourceFile>("standard input", text));
}

void Interactive::obey(std::istream& in) {
  const std::string prompt = program_ + "> ";
  world_.print(
      fmt::format("Performance Co-Pilot Inference Engine ({}), Version {}\n\n"
                  "{} {}{}",
                  program_, PMBALANCE_VERSION, program_, kMenu, prompt));
  for (std::string line; std::getline(in, line);) {
    if (trimmed(line).empty()) continue;
    if (!obey_line(trimmed(line), in)) return;
    world_.print(prompt);
  }
}

bool Interactive::obey_line(const std::string& line, std::istream& in) {
  const std::string argument = trimmed(line.substr(1));
  switch (line.front()) {
    case 'f':
      if (argument.empty())
        load_text(in);
      else
        load(argument);
      break;
    case 'l':
      list(argument);
      break;
    case 'r':
      run(argument);
      break;
    case 'S':
      set_start(argument);
      break;
    case 'T':
      set_length(argument);
      break;
    case 'v':
      list_bindings(argument);
      break;
    case 'q':
      return false;
    default:
      world_.print(fmt::format("{} {}", program_, kMenu));
  }
  return true;
}

std::string Interactive::text_of(const ListingParts& parts) const {
  ListingWorld hosts = world_.hosts;
  hosts.instances = [this](const std::string& metric, const std::string& host) {
    const auto found = seen_.find({metric, host});
    return found == seen_.end() ? world_.hosts.instances(metric, host)
                                : found->second;
  };
  return listing_text(parts, hosts);
}

std::vector<const Listed*> Interactive::find(const std::string& name) const {
  std::vector<const Listed*> out;
  for (const Listed& each : rules_.listing)
    if (name.empty() || name == each.name || name == listing_name(each.name))
      out.push_back(&each);
  return out;
}

void Interactive::list(const std::string& name) {
  const auto found = find(name);
  for (const Listed* each : found)
    world_.print(fmt::format("{} =\n{};\n\n", listing_name(each->name),
                             text_of(each->rule)));
  if (found.empty() && !name.empty())
    world_.print(
        fmt::format("{}: error - rule \"{}\" not defined\n", program_, name));
}

void Interactive::list_bindings(const std::string& name) {
  const auto found = find(name);
  for (const Listed* each : found)
    world_.print(
        fmt::format("{} (subexpression for %h, %i and %v bindings) =\n{}\n\n",
                    listing_name(each->name), text_of(each->about)));
  if (found.empty() && !name.empty())
    world_.print(
        fmt::format("{}: error - rule '{}' not defined\n", program_, name));
}

void Interactive::run(const std::string& interval) {
  if (!interval.empty() && !set_length(interval)) return;
  if (!rules_.program) return;
  if (world_.now_s) window_.start_s = world_.now_s();
  SeenInstances seen(*rules_.program);
  world_.run(*rules_.program, {window_.start_s, window_.start_s + length_s_},
             seen);
  for (auto& [metric, names] : seen.names()) seen_[metric] = std::move(names);
}

void Interactive::set_start(const std::string& time) {
  if (time.empty())
    return world_.error(
        fmt::format("{}: error - argument required\n", program_));
  CommandLine command;
  command.start = time;
  const bool back = time.front() == '@' || time.front() == '-';
  double start_s = window_.start_s;
  for (const double from_s :
       {window_.start_s, midnight_s(window_.start_s), whole_.start_s}) {
    const auto window = time_window(command, from_s, whole_.end_s);
    if (!window) return world_.error(window.error().text);
    start_s = window->start_s;
    // A time before `from_s` becomes `from_s`: it is looked for further back.
    if (!back || start_s > from_s) break;
  }
  window_.start_s = std::max(start_s, whole_.start_s);
}

bool Interactive::set_length(const std::string& interval) {
  timeval length{};
  char* message = nullptr;
  if (interval.empty()) {
    world_.error(fmt::format("{}: error - argument required\n", program_));
    return false;
  }
  if (pmParseInterval(interval.c_str(), &length, &message) < 0) {
    world_.error(message);
    std::free(message);
    return false;
  }
  length_s_ = pmtimevalToReal(&length);
  return true;
}

}  // namespace balance
