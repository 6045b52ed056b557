// Records of one metric that tell of the same instances, around the time asked
// for.
#pragma once

#include <memory>
#include <vector>

#include "archive/overlap.h"
#include "archive/sample_pool.h"
#include "eval/snapshot.h"
#include "pmapi/decode.h"

namespace balance {

/// A logger may log some instances of a metric at one interval and others at
/// another: each of its records then says nothing about the other group's.
///
/// Times are those of the reader: seconds, in the order of the records.
class Lane {
 public:
  struct Record {
    double at = 0;
    std::shared_ptr<Sample> sample;  ///< null: no values, or a mark
    std::size_t bytes = 0;

    /// It has some instance.
    bool populated() const { return sample && sample->size() > 0; }
  };

  /// `form` and `pool` outlive it.
  Lane(const Form& form, bool exact, SamplePool& pool)
      : form_(form), exact_(exact), pool_(pool) {}

  /// The next record is one of this lane if it has these instances: they are
  /// some of those of its last record, or that had none.
  bool takes(const Roster& roster) const;
  void add(Record record);
  /// The last record that it gets: another lane goes on with its instances.
  void join(const Record& record);
  /// A record of another lane was read.
  void pass();
  /// At `at` a lane began. If none of the next records is of this one, its
  /// instances had all ended by then, and the new lane took its place.
  void doubt(double at);
  /// There are no such records.
  void give_up();
  /// Gets no more records.
  bool closed() const { return closed_; }
  /// `t` was reached from which on it has nothing to say.
  bool over() const { return closed_ && ahead_.empty(); }

  std::size_t bytes() const { return bytes_; }
  std::size_t records_ahead() const { return ahead_.size() - first_; }
  void advance(double t);
  bool lacks_next(double t) const;
  std::shared_ptr<const Sample> at(double t, double now_s);

  /// What its last record was decoded with; null: not known.
  std::shared_ptr<const Layout> layout;

 private:
  const Record& last() const { return ahead_.empty() ? prior_ : ahead_.back(); }
  /// A value needs no record after it.
  bool holds() const { return exact_ || form_.semantics == PM_SEM_DISCRETE; }
  std::shared_ptr<const Sample> between(double t, double now_s);
  std::shared_ptr<const Sample> stamped(double now_s);
  void push(Record record);

  const Form& form_;
  bool exact_;
  SamplePool& pool_;
  Record prior_;
  std::vector<Record> ahead_;  ///< from first_ on
  std::size_t first_ = 0;
  std::size_t bytes_ = 0;
  Overlap overlap_;
  bool closed_ = false;
  std::size_t passed_ = 0;    ///< records of other lanes since its last
  std::size_t gap_ = 0;       ///< the most of them between two of its own
  std::size_t patience_ = 0;  ///< for so many more; 0: it is not in doubt
  double doubted_at_ = 0;
};

}  // namespace balance
