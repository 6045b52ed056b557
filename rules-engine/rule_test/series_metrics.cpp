#include "rule_test/series_metrics.h"

#include "check/nearest.h"

namespace balance {

check::Metrics::Reply SeriesMetrics::find(const std::string& metric,
                                          const std::string&) {
  Reply out;
  const auto found = table_.metrics().find(metric);
  if (found == table_.metrics().end()) {
    out.answer = Answer::missing;
    return out;
  }
  const SeriesMetric& series = found->second;
  out.answer = Answer::known;
  out.facts.kind = series.text ? check::MetricFacts::Kind::text
                               : check::MetricFacts::Kind::number;
  out.facts.counter = series.counter;
  out.facts.instances = series.instances();
  out.facts.measured = series.unit.has_value();
  if (series.unit) out.facts.dimension = series.unit->dimension;
  return out;
}

std::string SeriesMetrics::nearest(const std::string& metric,
                                   const std::string&) {
  std::vector<std::string> names;
  for (const auto& [name, series] : table_.metrics()) names.push_back(name);
  return check::nearest(metric, names);
}

}  // namespace balance
