// Samples become a column.
#pragma once

#include "eval/column.h"
#include "eval/snapshot.h"
#include "eval/state.h"
#include "program/program.h"

namespace balance {

/// A host without a sample that is younger than two deltas has one element
/// without a value. Counters become rates, by `rates`, unless the text says
/// `instant`. Numbers are in bytes, seconds and counts.
Column fetch(const MetricUse& use, Type type, const Snapshot& snapshot,
             double delta_s, std::uint64_t evaluation,
             StateTable<RateState>& rates);

}  // namespace balance
