// One host's archive, read once from its begin to its end.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "archive/archive_context.h"
#include "archive/archive_set.h"
#include "archive/archive_source.h"
#include "archive/fallback.h"
#include "archive/track.h"

namespace balance {

class ArchiveReader {
 public:
  static base::Result<std::unique_ptr<ArchiveReader>> open(
      const ArchiveInfo& archive, const ArchiveOptions& options);

  const std::string& host() const { return archive_.host; }
  void want(const std::string& metric, FeedId feed);
  /// Puts the values at `now_s` into `snapshot`.
  void take(double now_s, Snapshot& snapshot);
  /// Exact mode: the next record with a wanted metric after the last take().
  std::optional<double> next_s();
  /// Why it stopped before the end; "" if it did not.
  const std::string& error() const { return error_; }

  /// What is held of records that lie ahead.
  std::size_t bytes_ahead() const { return ahead_; }
  std::size_t records_ahead() const;
  /// Metrics that libpcp interpolates.
  bool falls_back() const { return !fallback_.empty(); }

 private:
  struct Guess {
    pmID id = PM_ID_NULL;
    Track* track = nullptr;
  };

  ArchiveReader(const ArchiveInfo& archive, const ArchiveOptions& options,
                ArchiveContext context, const timespec& begin);
  /// Seconds that order records: since the begin, in exact mode the epoch.
  double clock(const timespec& time) const;
  void read();
  void keep(const pmHighResResult& record);
  void stop(int code);
  Track* track_of(std::size_t position, pmID id);
  void look_ahead(double t);
  void advance(Track& track, double t);
  /// No track looks ahead any further.
  void give_up();
  void hand_over(double t);
  bool pass_marks(double t);

  ArchiveInfo archive_;
  ArchiveOptions options_;
  ArchiveContext context_;
  timespec begin_;
  Rosters rosters_{Rosters::Kind::archive};
  std::vector<std::unique_ptr<Track>> tracks_;
  std::unordered_map<pmID, Track*> by_id_;
  /// Records are much like those before: which metric stands where.
  std::vector<Guess> guesses_;
  Fallback fallback_;
  bool taken_ = false;        ///< take() was called
  bool ended_ = false;        ///< there are no more records
  timespec at_{};             ///< of the last record read
  double read_to_ = -1;       ///< the same by clock()
  std::size_t lacking_ = 0;   ///< tracks without a next record, while looking
  double asked_ = 0;          ///< for what time they lack it
  std::size_t ahead_ = 0;     ///< bytes in all tracks
  std::deque<double> marks_;  ///< ahead
  std::deque<double> times_;  ///< of wanted records ahead, in exact mode
  std::string error_;
};

}  // namespace balance
