// The rules of a test: read, checked against its series, compiled.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "base/result.h"
#include "base/source.h"
#include "check/catalogue.h"
#include "eval/decision.h"
#include "program/program.h"
#include "rule_test/test_file.h"

namespace balance {

/// What rule tests want of the world.
struct TestKit {
  std::vector<check::ActionSpec> actions;  ///< that rules may use
  /// What each of them needs to know, by its word.
  std::map<std::string, Needs> needs;
  std::function<base::Result<std::shared_ptr<const base::SourceFile>>(
      const std::string& path)>
      read;
};

struct RulesOfTest {
  std::optional<Program> program;  ///< none: there were errors
  /// By place. What says that a metric is not there is left out: series say
  /// what is there.
  std::vector<base::Diagnostic> diagnostics;
  /// To them the places of the diagnostics point, beside RuleTest::rules.
  std::vector<std::shared_ptr<const base::SourceFile>> sources;
};

/// An error: a file cannot be read.
Read<RulesOfTest> load_rules(const TestFile& file, const RuleTest& test,
                             const TestKit& kit);

/// LINE:COLUMN of a diagnostic, as tests have it: of rules in the test from the
/// line below `rules {`. `given`: its index in RuleTest::rules.
std::string place_in_rules(const TestFile& file, const RuleTest& test,
                           const RulesOfTest& rules,
                           const base::Diagnostic& diagnostic,
                           std::size_t& given);

}  // namespace balance
