// Derived metrics: those that libpcp computes from others.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace balance {

struct DerivedMetric {
  std::string expression;
  std::vector<std::string> operands;  ///< metrics, each once
};
using DerivedMetrics = std::map<std::string, DerivedMetric, std::less<>>;

/// From the text of a file of definitions, see pmLoadDerivedConfig(3).
DerivedMetrics read_derived(std::string_view text);

/// The definitions that libpcp loads by itself: PCP_DERIVED_CONFIG, of the
/// environment or of pcp.conf(5), or those that PCP comes with. What cannot be
/// read is left out.
DerivedMetrics global_derived();

}  // namespace balance
