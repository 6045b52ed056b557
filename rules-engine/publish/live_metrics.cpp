#include "publish/live_metrics.h"

namespace balance {
namespace {

constexpr agent::MetricRow kNumber = {
    "decision.number",
    1,
    9,
    PM_TYPE_U64,
    kDecisionDomain,
    PM_SEM_DISCRETE,
    agent::kNoUnit,
    "the number of the decision",
    "The last 64 decisions are shown. Instances 0 to 63 are used in turn:\n"
    "the decision that an instance shows is another one when its number is."};

constexpr agent::MetricRow kInflight = {
    "engine.inflight",
    2,
    5,
    PM_TYPE_U32,
    agent::kSingular,
    PM_SEM_INSTANT,
    agent::kCount,
    "decisions whose end is not known yet",
    "Asked for, and neither done nor refused nor failed."};

}  // namespace

const std::array<const agent::MetricRow*, kLiveMetricCount>& live_metrics() {
  static const auto rows = [] {
    std::array<const agent::MetricRow*, kLiveMetricCount> out{};
    for (std::size_t i = 0; i < kRecordMetricCount; ++i)
      out[i] = &kRecordMetrics[i];
    out[static_cast<std::size_t>(LiveMetric::decision_number)] = &kNumber;
    out[static_cast<std::size_t>(LiveMetric::engine_inflight)] = &kInflight;
    return out;
  }();
  return rows;
}

}  // namespace balance
