// Metrics that one forward pass cannot give: libpcp interpolates them.
//
// Its cost grows with the instances ever seen, and it bridges records that lack
// an instance; so this is for derived metrics, which no record has, and for
// those that are recorded so seldom that looking ahead needs too much memory.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "archive/archive_context.h"
#include "archive/sample_pool.h"
#include "eval/snapshot.h"
#include "pmapi/decode.h"

namespace balance {

class Fallback {
 public:
  /// Opens the archive once more when there is a metric.
  explicit Fallback(std::string archive) : archive_(std::move(archive)) {}

  void add(const Form& form, std::vector<FeedId> feeds);
  /// Another feed of a metric; false if it is none of these.
  bool feed(pmID id, FeedId feed);
  bool empty() const { return metrics_.empty(); }

  /// Puts the values at `now_s` into `snapshot`. `marked`: a mark lies between
  /// here and the last time.
  void take(double now_s, bool marked, Snapshot& snapshot);

 private:
  struct Metric {
    Form form;
    std::vector<FeedId> feeds;
    std::shared_ptr<const Layout> layout;
    SamplePool pool;
    bool had_values = false;
  };

  std::shared_ptr<const Sample> sample(Metric& metric, const pmValueSet& set,
                                       double now_s, bool marked);

  std::string archive_;
  std::unique_ptr<ArchiveContext> context_;
  std::vector<Metric> metrics_;
  std::vector<pmID> ids_;  ///< beside `metrics_`
  Rosters rosters_{Rosters::Kind::archive};
};

}  // namespace balance
