// Runs one rule test, and says what it found.
#pragma once

#include <string>
#include <vector>

#include "rule_test/load_rules.h"
#include "rule_test/test_file.h"

namespace balance {

struct TestResult {
  std::string title;
  std::string place;  ///< FILE:LINE
  /// What differs, or why the test could not be run, several lines; "": passed.
  std::string failure;
  /// What is no failure but probably a mistake, one line each.
  std::vector<std::string> warnings;
  double took_s = 0;

  bool passed() const { return failure.empty(); }
};

TestResult run_rule_test(const TestFile& file, const RuleTest& test,
                         const TestKit& kit);

/// The same with rules that are compiled already; those of the test do not
/// matter.
TestResult run_compiled(const TestFile& file, const RuleTest& test,
                        Program program, const TestKit& kit);

/// All tests of a file.
struct FileResult {
  std::string path;
  std::string error;  ///< why it could not be read: "PLACE: error: …"; "": fine
  std::vector<TestResult> tests;

  std::size_t failed() const;
};

FileResult run_test_file(const std::string& path, const TestKit& kit);

}  // namespace balance
