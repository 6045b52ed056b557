// Do two records tell of the same decisions, tick by tick? For the record of a
// live run and that of its replay.
//
// What may be expected of the two. At the tick of time T the live engine saw
// what its hosts answered at T; the replay, told to start at the first tick of
// the live run, ticks at the same times and sees at T what pmlogger sampled
// last, at some P <= T. Between the two lies the same time at each tick, less
// than an interval.
//  * If no input changed in (P, T], both saw the same: truth, firings and
//    decisions must be equal, at that tick and, as everything that a rule
//    remembers comes from ticks, as long as it was so at all ticks before.
//  * If an input changed in (P, T], the replay learns of it at its next tick.
//    That a difference is one tick late is no proof that it came about in this
//    way, so it is not forgiven here: who compares must know when the inputs
//    changed, and have them change between a tick and the next sample.
//  * Counters move all the time, and their rates are those of other seconds:
//    only rules whose truth does not hang on that can be compared.
//  * At its first tick a live engine may not have heard of its hosts yet.
//  * Moves of a replay are not carried out, and count as done one delta later:
//    `outcome` and `reason` are not compared.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"

namespace balance {

struct Difference {
  double time_s = 0;
  std::string what;  ///< "tick", "truth RULE", "firings RULE", "decision …"
  std::string first;
  std::string second;  ///< "-": it does not have it
};

struct Comparison {
  std::size_t ticks = 0;  ///< that both have
  std::vector<Difference> differences;
};

/// Of two archives that Recorder wrote, from the later of their first ticks to
/// the earlier of their last.
base::Result<Comparison> compare(const std::string& first,
                                 const std::string& second);

}  // namespace balance
