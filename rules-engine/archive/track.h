// The records of one metric around the time asked for.
#pragma once

#include <memory>
#include <vector>

#include "archive/lane.h"
#include "archive/merge.h"
#include "archive/sample_pool.h"
#include "eval/snapshot.h"
#include "pmapi/decode.h"

namespace balance {

/// Nearly always all records are of one lane. One that has no instance of any
/// lane's last record begins a new lane; one that has instances of several
/// makes them one; one without instances, or a mark, ends them all.
///
/// Times are those of the reader: seconds, in the order of the records.
class Track {
 public:
  Track(const Form& form, bool exact);
  Track(const Track&) = delete;
  Track& operator=(const Track&) = delete;

  const Form& form() const { return form_; }
  const std::vector<FeedId>& feeds() const { return feeds_; }
  void feed(FeedId feed) { feeds_.push_back(feed); }

  /// The next record, with these values of the metric.
  void add(double at, const pmValueSet& set, Rosters& rosters);
  /// No value reaches from before `at` to after it.
  void add_mark(double at);
  /// Nothing that comes will be seen: lanes in doubt have ended.
  void give_up();
  /// Bytes of the records that lie ahead.
  std::size_t bytes() const;
  std::size_t records_ahead() const;
  /// There is more than one lane.
  bool forked() const { return lanes_.size() > 1; }

  /// Goes on to the last records at or before `t`.
  void advance(double t);
  /// The values at `t` need a record that is not there yet.
  bool lacks_next(double t) const;
  /// The values at `t`, up to which it was advanced, stamped as of `now_s`;
  /// null: none. `marked`: a mark lies between here and the last time.
  std::shared_ptr<const Sample> at(double t, double now_s, bool marked);

 private:
  void guess_layout(const pmValueSet& set);
  void know_all();
  void place(Lane::Record record);
  Lane& place_in_lane(Lane::Record record);
  void place_in_all(Lane::Record record);
  std::shared_ptr<const Sample> merged(double t, double now_s);

  Form form_;
  bool exact_;
  std::vector<FeedId> feeds_;
  /// Of the last record, or else of all that the lanes had.
  std::shared_ptr<const Layout> layout_;
  SamplePool pool_;
  std::vector<std::unique_ptr<Lane>> lanes_;  ///< one at least is not closed
  std::vector<std::shared_ptr<const Sample>> parts_;
  Merge merge_;
  bool had_values_ = false;
};

}  // namespace balance
