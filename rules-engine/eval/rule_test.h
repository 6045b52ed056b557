// Tests of rules as text: series of values, and what must be decided.
//
//   every 5 sec
//   rules { … }
//   load :node1 : 2   load :node2 : 3
//   at 0 move off 001001 node1 -> node2   all moves of that evaluation, in
//   order at 1 none                             no move at 1 skip off 001001
//   node1 cooldown   why a candidate was not taken at 1 value off : node1=true
//   elements without value left out
//
// Every move is confirmed one delta later.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "eval/decider.h"
#include "program/program.h"

namespace balance {

struct RuleTest {
  struct Expectation {
    std::size_t at = 0;
    std::string kind;  ///< move, none, skip, value
    std::string text;  ///< the rest of the line
  };
  double every_s = 10;
  std::string rules;  ///< between the braces
  std::string series;
  std::vector<Expectation> expectations;
};

base::Result<RuleTest> read_rule_test(std::string_view text);

/// What differs, one line each; empty: all is as expected.
std::vector<std::string> run_rule_test(const RuleTest& test,
                                       const Program& program, Needs needs);

std::string_view to_string(Reason reason);

}  // namespace balance
