// The compiled program against the tree walker.
#pragma once

#include <string>

#include "testing/series_gen.h"
#include "testing/term.h"

namespace balance::testing {

struct Comparison {
  std::string invalid;  ///< what `check` says of the rules, if they have errors
  std::string difference;   ///< the first one; "": none
  std::size_t values = 0;   ///< elements that were compared
  std::size_t known = 0;    ///< of those: which had a value
  std::size_t rules = 0;    ///< evaluated, at all ticks
  std::size_t skipped = 0;  ///< of those: two elements had one key
};

/// Evaluates the rules both ways, tick by tick: the same elements, numbers
/// equal up to the order in which sums are added, the same actions executed.
Comparison compare(const std::string& rules, const SeriesPlan& series);

struct Case {
  RuleFile rules;
  SeriesPlan series;
};

/// The same difference, or another, with less around it.
Case shrink(Case failing);
/// Seeds, rules and what differs, for people.
std::string report(const Case& failing);

}  // namespace balance::testing
