// Values between two records of a metric.
#pragma once

#include "archive/overlap.h"
#include "eval/snapshot.h"

namespace balance {

/// Where a time lies between two records: seconds from the first one, and from
/// the first to the second.
struct Place {
  double into_s = 0;
  double span_s = 1;
};

/// Makes `out` the values of `prior` whose instances `overlap` has.
void select(const Sample& prior, const Overlap& overlap, Sample& out);

/// Makes `out` the counters of PMAPI `type` between `prior` and `next`,
/// interpolated as libpcp does: the integers in doubles, rounded.
void interpolate(const Sample& prior, const Sample& next,
                 const Overlap& overlap, int type, const Place& place,
                 Sample& out);

/// All but values and roster.
void copy_head(const Sample& from, Sample& to);

}  // namespace balance
