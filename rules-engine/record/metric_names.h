// The metrics pmbalance.*: one row each. The archives of --record are made of
// this table, and so is whatever else publishes them.
#pragma once

#include <array>
#include <cstddef>

#include "agent/metric_table.h"

namespace balance {

/// Free in PCP's registry of domains; its neighbours are netstat (400) and
/// mosix (401).
inline constexpr int kRecordDomain = 402;

inline constexpr int kRuleDomain = 0;
inline constexpr int kDecisionDomain = 1;

/// Positions in kRecordMetrics.
enum class Metric : std::size_t {
  rule_truth,
  rule_firings,
  rule_value,
  decision_job,
  decision_source,
  decision_destination,
  decision_action,
  decision_rule,
  decision_gain,
  decision_cost,
  decision_outcome,
  decision_reason,
  engine_eval_time,
  engine_ticks,
  engine_missed,
  engine_age,
  engine_config_ok,
};

inline constexpr std::size_t kRecordMetricCount = 17;

/// In the order of Metric; names stand below "pmbalance.".
extern const std::array<agent::MetricRow, kRecordMetricCount> kRecordMetrics;
extern const std::array<agent::IndomRow, 2> kRecordDomains;

inline const agent::MetricRow& row_of(Metric metric) {
  return kRecordMetrics[static_cast<std::size_t>(metric)];
}

}  // namespace balance
