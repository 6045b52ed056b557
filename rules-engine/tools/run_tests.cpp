#include "tools/run_tests.h"

#include <cstdio>
#include <fstream>

#include <fmt/format.h>

#include "engine/calls.h"
#include "rule_test/report.h"
#include "tools/rule_files.h"
#include "tools/time_window.h"

namespace balance {
namespace {

int fail(const CommandLine& command, const std::string& text) {
  std::fprintf(stderr, "%s: %s\n", command.program.c_str(), text.c_str());
  return 1;
}

bool write_file(const std::string& path, const std::string& text) {
  std::ofstream out(path);
  out << text;
  out.close();
  return out.good();
}

}  // namespace

TestKit test_kit(const Plugins& plugins) {
  TestKit out;
  out.actions = catalogue_of(plugins);
  for (const auto& plugin : plugins)
    out.needs[std::string(plugin->word())] = needs_of(plugin->table());
  out.read = read_rule_file;
  return out;
}

int run_tests(const CommandLine& command, const Plugins& plugins) {
  // The same on every machine.
  const std::string zone = command.zone.empty() ? "UTC" : command.zone;
  if (const auto set = use_zone(zone); !set)
    return fail(command, fmt::format("cannot set timezone to {}: {}", zone,
                                     set.error().text));
  const TestKit kit = test_kit(plugins);
  std::vector<FileResult> results;
  for (const std::string& path : command.files)
    results.push_back(run_test_file(path, kit));
  std::fputs(report_text(results).c_str(), stdout);
  if (!command.junit.empty() && !write_file(command.junit, junit_text(results)))
    return fail(command, fmt::format("cannot write {}", command.junit));
  return all_passed(results) ? 0 : 1;
}

}  // namespace balance
