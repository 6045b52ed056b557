// Values written as text: the source of rule tests.
//
// A metric without any value of a host at an evaluation, as all metrics of the
// host then: the host is down. An instance is there as long as any metric has a
// value for its first word. Each metric has an instance domain of its own if
// any of its series has an instance.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "eval/snapshot.h"
#include "rule_test/series_text.h"

namespace balance {

/// All series of one metric.
struct SeriesMetric {
  struct Row {
    int id = kNoInstance;  ///< the number the name begins with; else any
    SeriesValues values;
    std::size_t offset = 0;
  };
  bool counter = false;
  bool text = false;
  std::optional<SeriesUnit> unit;
  std::size_t offset = 0;  ///< of the first series
  /// By host and name of the instance ("" for none).
  std::map<std::pair<std::string, std::string>, Row> rows;

  bool instances() const { return rows.begin()->second.id != kNoInstance; }
};

/// Series by metric. Of the series of a metric one may say that it is a
/// counter, or its unit, for all.
class SeriesTable {
 public:
  /// "", or what of the row does not fit the rows before.
  std::string add(SeriesRow row);
  const std::map<std::string, SeriesMetric>& metrics() const {
    return metrics_;
  }

 private:
  std::map<std::string, SeriesMetric> metrics_;
  std::size_t values_ = 0;
};

class Series : public Source {
 public:
  /// `hosts` as the program numbers them; evaluation k is at
  /// start_s + k * delta_s.
  Series(std::vector<std::string> hosts, double delta_s, SeriesTable table = {},
         double start_s = 0);

  /// Adds the series of a text.
  base::Result<void> add(std::string_view text);

  FeedId want(const std::string& metric, HostId host) override {
    return feeds_->add(metric, host);
  }
  Snapshot take(double now_s) override;

 private:
  void find_lives();
  bool alive(const std::string& host, std::string_view word,
             std::size_t k) const;
  std::shared_ptr<Sample> sample(const SeriesMetric& metric,
                                 const std::string& host, std::size_t k) const;

  std::vector<std::string> hosts_;
  double delta_s_;
  double start_s_;
  SeriesTable table_;
  /// By host and first word of an instance, "" for the host: when any metric
  /// has a value.
  std::map<std::pair<std::string, std::string>, std::vector<bool>> lives_;
  std::shared_ptr<Feeds> feeds_ = std::make_shared<Feeds>();
};

}  // namespace balance
