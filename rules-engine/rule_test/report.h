// What people and programs are told of the results of rule tests.
#pragma once

#include <span>
#include <string>

#include "rule_test/run_test.h"

namespace balance {

/// Failures with their differences, warnings, and a last line `N tests, M
/// failed`. Where nothing is wrong, that line alone.
std::string report_text(std::span<const FileResult> files);

/// The same as JUnit's XML: a testsuite for each file, a testcase for each
/// test; a file that cannot be read is a testcase with an error.
std::string junit_text(std::span<const FileResult> files);

bool all_passed(std::span<const FileResult> files);

}  // namespace balance
