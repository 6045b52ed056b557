#include "tools/interactive.h"

#include <cstdlib>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <pcp/pmapi.h>

namespace balance {
namespace {

constexpr std::string_view kMenu =
    "commands\n\n"
    "  f [file-name]      - load rules from the file or from here, up to a "
    "line\n"
    "                       with nothing but a dot\n"
    "  l [rule-name]      - list the rule or all rules\n"
    "  r [interval]       - run for the given or the default interval\n"
    "  S time-spec        - set start time for run\n"
    "  T time-spec        - set default interval for run\n"
    "  v [rule-name]      - print the subexpression used for %h, %i and\n"
    "                       %v bindings\n"
    "  h or ?             - print this menu of commands\n"
    "  q                  - quit\n\n";

std::string trimmed(const std::string& text) {
  constexpr const char* kBlanks = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

/// What %v of the rule is.
std::string binding_of(const Program& program, const Rule& rule) {
  Slot slot = rule.shown_value != kNoSlot ? rule.shown_value : rule.shown;
  if (!rule.branches.empty()) {
    const Branch& first = rule.branches.front();
    slot = first.value != kNoSlot ? first.value : first.condition;
  }
  return slot == kNoSlot ? "?" : program.slots[slot].text;
}

}  // namespace

Interactive::Interactive(std::string program, const TimeWindow& window,
                         World world)
    : program_(std::move(program)),
      world_(std::move(world)),
      window_(window),
      length_s_(window.end_s - window.start_s) {}

void Interactive::load(const std::string& path) {
  auto source = read_rule_file(find_rule_file(path));
  if (source)
    add(*source);
  else
    world_.error(fmt::format("{}: {}\n", program_, source.error().text));
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
  for (std::string line; std::getline(in, line) && trimmed(line) != ".";)
    text += line + '\n';
  add(std::make_shared<const base::SourceFile>("standard input", text));
}

void Interactive::obey(std::istream& in) {
  const std::string prompt = program_ + "> ";
  world_.print(fmt::format("{} {}{}", program_, kMenu, prompt));
  for (std::string line; std::getline(in, line);) {
    if (!obey_line(trimmed(line), in)) return;
    world_.print(prompt);
  }
}

bool Interactive::obey_line(const std::string& line, std::istream& in) {
  if (line.empty()) return true;
  const std::string argument = trimmed(line.substr(1));
  switch (line.front()) {
    case 'f':
      argument.empty() ? load_text(in) : load(argument);
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

void Interactive::say_undefined(const std::string& name) {
  world_.print(
      fmt::format("{}: error - rule \"{}\" not defined\n", program_, name));
}

void Interactive::list(const std::string& name) {
  bool found = name.empty();
  for (const LoadedRules::Listed& each : rules_.listing) {
    if (!name.empty() && each.name != name) continue;
    found = true;
    world_.print(trimmed(each.text) + "\n\n");
  }
  if (!found) say_undefined(name);
}

void Interactive::list_bindings(const std::string& name) {
  bool found = name.empty();
  if (rules_.program)
    for (const Rule& rule : rules_.program->rules) {
      if (!rule.show || (!name.empty() && rule.name != name)) continue;
      found = true;
      world_.print(
          fmt::format("{} (subexpression for %h, %i and %v bindings) =\n{}\n\n",
                      rule.name, binding_of(*rules_.program, rule)));
    }
  if (!found) say_undefined(name);
}

void Interactive::run(const std::string& interval) {
  if (!interval.empty() && !set_length(interval)) return;
  if (!rules_.program) return;
  if (world_.now_s) window_.start_s = world_.now_s();
  world_.run(*rules_.program, {window_.start_s, window_.start_s + length_s_});
}

void Interactive::set_start(const std::string& time) {
  if (time.empty())
    return world_.error(
        fmt::format("{}: error - argument required\n", program_));
  CommandLine command;
  command.start = time;
  const auto window = time_window(command, window_.start_s, window_.end_s);
  if (window)
    window_.start_s = window->start_s;
  else
    world_.error(window.error().text);
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
