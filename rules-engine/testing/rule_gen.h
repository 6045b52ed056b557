// Random rule files that are valid: types and shapes are right by construction.
#pragma once

#include <string>
#include <vector>

#include "testing/dice.h"
#include "testing/term.h"

namespace balance::testing {

/// A metric that the rules may use; the series have the same.
struct MetricKind {
  std::string name;
  bool instances = false;
  bool text = false;
};
const std::vector<MetricKind>& generated_metrics();

/// Hosts that the rules may name; the default host is one more.
const std::vector<std::string>& generated_hosts();
/// Instances that the rules may name.
const std::vector<std::string>& generated_instances();
const std::vector<std::string>& generated_texts();

struct RuleLimits {
  std::size_t statements = 5;
  std::size_t depth = 5;
};

RuleFile generate_rules(Dice& dice, const RuleLimits& limits = {});

}  // namespace balance::testing
