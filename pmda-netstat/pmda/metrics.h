// The metrics of pmdanetstat: one row each, with its help and how it is read.
#pragma once

#include <span>

#include "agent/metric_table.h"
#include "agent/value.h"
#include "pmda/view.h"

namespace netstat {

inline constexpr int kDomain = 400;

inline constexpr pmUnits kMicroseconds =
    PMDA_PMUNITS(0, 1, 0, 0, PM_TIME_USEC, 0);
inline constexpr pmUnits kBytesPerSecond =
    PMDA_PMUNITS(1, -1, 0, PM_SPACE_BYTE, PM_TIME_SEC, 0);

/// The value in a view's row (0 for a singular metric).
using Reader = agent::Value (*)(const View& view, std::size_t row);

/// What storing a metric does.
enum class Storing { never, volume, interval };

struct Metric : agent::MetricRow {
  Reader read;
  bool always = false;  ///< has a value even before the first sample
  Storing storing = Storing::never;
};

// One file each.
std::span<const Metric> connection_metrics();  ///< conn
std::span<const Metric> process_metrics();     ///< proc, peer
std::span<const Metric> agent_metrics();       ///< agent, control

/// All of them. Its rows are Metrics.
agent::Table netstat_table();

/// What a metric of bytes says if the source does not know them.
inline agent::Value bytes_or_none(const View& view, agent::Value value) {
  if (!view.summary.status.counts_bytes)
    return agent::Unavailable{PM_ERR_APPVERSION};
  return value;
}

inline agent::Value value_of_intensity(const Intensity& intensity) {
  return intensity ? agent::Value{*intensity} : agent::Value{};
}

}  // namespace netstat
