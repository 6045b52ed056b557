// Runs the rules of a test over its series, one evaluation after another.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "eval/decider.h"
#include "rule_test/load_rules.h"
#include "rule_test/test_file.h"

namespace balance {

/// What one evaluation did.
struct Happened {
  struct Move {
    std::string rule, process, from, to;
  };
  struct Text {
    std::string action, text;
  };
  double now_s = 0;
  std::vector<Move> moves;
  std::vector<RunReport> runs;
  std::vector<Text> texts;
};

class Stage {
 public:
  /// What is given must outlive it. The default host of `program` has become
  /// that of the test.
  Stage(const RuleTest& test, const Program& program, const TestKit& kit);
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  /// Why the test cannot be run: a rule's delta is no multiple of `every`; "".
  std::string trouble() const;
  double step_s() const { return step_s_; }
  /// The number of an evaluation; nothing if none is at that time.
  std::optional<std::size_t> number_of(const Moment& moment) const;

  /// The evaluations follow each other, from 0 on.
  Happened evaluate(std::size_t k);
  /// Offsets of outcomes that no move had.
  std::vector<std::size_t> unused_outcomes() const;
  /// The value of a rule, or of a named expression.
  const Column& value(const Rule& rule) const;
  const Program& program() const { return program_; }

 private:
  struct Pending {
    std::uint64_t move = 0;
    MoveState state = MoveState::done;
    std::size_t at = 0;  ///< evaluation
  };
  Decider::Options options(const TestKit& kit);
  std::size_t steps(double time_s) const;
  void note(const Rule& rule, const Outcome& outcome, std::size_t k);
  void ask(const Rule& rule, const Decision& decision, std::size_t k);
  bool applies(const OutcomeGiven& given, std::size_t k) const;

  const RuleTest& test_;
  const Program& program_;
  double step_s_;
  Series source_;
  Decider decider_;
  std::vector<Pending> pending_;
  std::vector<bool> used_;  ///< by RuleTest::outcomes
  Happened now_;
};

}  // namespace balance
