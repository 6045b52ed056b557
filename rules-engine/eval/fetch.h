// Samples become a column.
#pragma once

#include <memory>
#include <vector>

#include "eval/column.h"
#include "eval/sample_times.h"
#include "eval/snapshot.h"
#include "program/program.h"

namespace balance {

/// One `fetch` of a program, with what it remembers: the last samples of its
/// counters, and the index as long as the instances are the same.
class Fetch {
 public:
  Fetch(MetricUse use, Type type);

  /// A host without a sample that is younger than two deltas has one element
  /// without a value. Counters become rates unless the text says `instant`.
  /// Numbers are in bytes, seconds and counts. Once an evaluation.
  void run(const Snapshot& snapshot, double delta_s, Column& out);
  /// When the samples of the last run were taken.
  void add_times(SampleTimes& out) const;

 private:
  /// One host's part of the column.
  struct Part {
    HostId host = kNoHost;
    FeedId feed = 0;
    std::shared_ptr<const Sample> now, before;
    std::shared_ptr<const Roster> roster;  ///< that the index was made of
    bool instances = false;                ///< as the roster
    std::uint32_t domain = 0;
    /// `#a #b`: where they stand in the roster, or kNotThere.
    std::vector<std::size_t> chosen;
    std::vector<double> rates;  ///< between `before` and `now`, by roster
    bool rates_complete = false;
  };

  void find_feeds(const Snapshot& snapshot);
  bool same_instances(const Part& part) const;
  void make_index();
  void add_keys(Part& part, Index& index);
  void add_chosen(Part& part, Index& index);
  bool is_rate(const Part& part) const;
  void take_rates(Part& part);
  bool numbers(Part& part, double* out);
  bool number(const Part& part, std::size_t at, double& out) const;
  void texts(const Part& part, std::optional<std::string>* out) const;

  MetricUse use_;
  Type type_;
  std::shared_ptr<Feeds> feeds_;
  std::size_t feeds_known_ = 0;
  std::vector<Part> parts_;
  std::shared_ptr<const Index> index_;
};

/// Values that are older than two deltas are none.
inline bool is_fresh(const Sample& sample, double now_s, double delta_s) {
  return !(now_s - sample.received_s > 2 * delta_s);
}
/// The sample of a feed if it is fresh enough for rules of this delta.
std::shared_ptr<const Sample> fresh(const Snapshot& snapshot, FeedId feed,
                                    double delta_s);
/// The same by name; null if there is none.
const Sample* fresh(const Snapshot& snapshot, const std::string& metric,
                    HostId host, double delta_s);

}  // namespace balance
