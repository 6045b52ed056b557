#include "rule_test/report.h"

#include <algorithm>

#include <fmt/format.h>

namespace balance {

std::string report_text(std::span<const FileResult> files) {
  std::string out;
  std::size_t tests = 0;
  std::size_t failed = 0;
  std::size_t unread = 0;
  for (const FileResult& file : files) {
    tests += file.tests.size();
    failed += file.failed();
    if (!file.error.empty()) {
      out += file.error + '\n';
      ++unread;
    }
    for (const TestResult& test : file.tests) {
      for (const std::string& line : test.warnings) out += line + '\n';
      if (!test.passed())
        out += fmt::format("{}: failed: {}\n{}", test.place, test.title,
                           test.failure);
    }
  }
  out +=
      fmt::format("{} test{}, {} failed", tests, tests == 1 ? "" : "s", failed);
  if (unread > 0)
    out += fmt::format(", {} file{} not read", unread, unread == 1 ? "" : "s");
  return out + '\n';
}

bool all_passed(std::span<const FileResult> files) {
  return std::all_of(files.begin(), files.end(), [](const FileResult& file) {
    return file.error.empty() && file.failed() == 0;
  });
}

}  // namespace balance
