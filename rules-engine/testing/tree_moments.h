// What an element was, evaluation by evaluation, for the tree walker; and what
// operators over time make of it.
#pragma once

#include <cstddef>
#include <vector>

#include "eval/column.h"

namespace balance::testing {

/// A value, and when it was so.
struct Moment {
  double at_s = 0;
  Value value;
};
/// The newest last.
using Moments = std::vector<Moment>;

/// The last `n` values, newest first; fewer if there are no more.
std::vector<Value> last(const Moments& moments, std::size_t n);

/// Turned to `wanted` since the last evaluation?
Value edge(const Moments& moments, Tri wanted);

/// False: it was false within the time; true: it has been true at all
/// evaluations since before that time; ends included.
Value held(const Moments& moments, double for_s);

/// Adds `now`, unless it is at the time of the last one: that was all that is
/// known of this time.
void see(Moments& moments, Moment now);
/// Per second, between the last two that were seen.
Value slope(const Moments& moments);

}  // namespace balance::testing
