// The metrics of pmdamosix: one row each, with its help and how it is read.
#pragma once

#include <span>
#include <vector>

#include "agent/metric_table.h"
#include "agent/value.h"
#include "agent/view.h"

namespace mosix {

inline constexpr int kDomain = 401;

/// The value in a view's row (0 for a singular metric).
using Reader = agent::Value (*)(const View& view, std::size_t row);

/// What storing a metric does.
enum class Storing {
  never,
  setting,  ///< Api::set() with the last word of the metric's name
  go,       ///< a migration of the instance
  lock,     ///< of the instance
  request,  ///< a migration
  bulk,     ///< allows one store of several instances; the agent's own
};

struct Metric : agent::MetricRow {
  Reader read;
  Storing storing = Storing::never;
  bool always = false;  ///< has a value even if mosixd does not answer
};

// One file each.
std::span<const Metric> node_metrics();     ///< self, node
std::span<const Metric> process_metrics();  ///< proc, task
std::span<const Metric> request_metrics();  ///< request, migration
std::span<const Metric> control_metrics();  ///< admin, control, driver

/// All of them. Its rows are Metrics.
agent::Table mosix_table();

}  // namespace mosix
