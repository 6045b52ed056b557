// What the series of a test tell about metrics.
#pragma once

#include "check/metrics.h"
#include "rule_test/series.h"

namespace balance {

/// Every host has what has a series anywhere: without values there it is as if
/// the host were down.
class SeriesMetrics : public check::Metrics {
 public:
  /// `table` must outlive it.
  explicit SeriesMetrics(const SeriesTable& table) : table_(table) {}

  Reply find(const std::string& metric, const std::string& host) override;
  std::string nearest(const std::string& metric,
                      const std::string& host) override;

 private:
  const SeriesTable& table_;
};

}  // namespace balance
