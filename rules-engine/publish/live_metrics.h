// The metrics that a running engine shows: those of records, and what only a
// running engine has.
#pragma once

#include <array>
#include <cstddef>

#include "record/metric_names.h"

namespace balance {

/// Positions in the table; those of Metric come first.
enum class LiveMetric : std::size_t {
  decision_number = kRecordMetricCount,
  engine_inflight,
};
inline constexpr std::size_t kLiveMetricCount = kRecordMetricCount + 2;

/// Decisions that are shown: so many instances, used in turn.
inline constexpr std::size_t kDecisionSlots = 64;

const std::array<const agent::MetricRow*, kLiveMetricCount>& live_metrics();

}  // namespace balance
