// The rate of a counter, between two samples of it.
#pragma once

#include <vector>

#include "eval/snapshot.h"

namespace balance {

/// Per second, not scaled, beside the instances of `now`; no_number() for those
/// that were not there before or went back (unless `wrap` says how far). True
/// if all have a rate. The samples were taken at different times.
bool counter_rates(const Sample& before, const Sample& now,
                   std::vector<double>& out);

}  // namespace balance
