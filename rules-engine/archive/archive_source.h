// Archives as a source: one forward pass over the records of each.
//
// Values are those that libpcp's interpolation gives (PM_MODE_INTERP), got
// without it: its cost grows with the square of the instances ever seen.
// Memory is bounded by what is alive between the time asked for and the next
// record of each metric.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "archive/archive_set.h"
#include "eval/snapshot.h"

namespace balance {

class ArchiveReader;

struct ArchiveOptions {
  /// Values as recorded, at the time of each record; none in between.
  bool exact = false;
  /// A metric whose next record is further ahead than this many bytes of
  /// values is left to libpcp's interpolation.
  std::size_t look_ahead = 64u << 20;
};

class ArchiveSource : public Source {
 public:
  /// `hosts` as the program numbers them; a host without archive is an error
  /// that names it.
  static base::Result<std::unique_ptr<ArchiveSource>> open(
      const ArchiveSet& archives, const std::vector<std::string>& hosts,
      const ArchiveOptions& options);
  ~ArchiveSource() override;

  /// A metric that the archive does not have never has a sample. Wanted after
  /// the first take(), it is read from where the archive was read to.
  FeedId want(const std::string& metric, HostId host) override;
  /// `now_s` never goes back. A corrupt archive: see error().
  Snapshot take(double now_s) override;
  /// Exact mode: the time of the next record of any archive after the last
  /// taken one that has a wanted metric; nothing at the end.
  std::optional<double> next_s();
  /// What stopped reading an archive before its end; "" if nothing did.
  const std::string& error() const { return error_; }
  /// %h of a host: the label's name.
  std::string host_name(HostId host) const;

 private:
  ArchiveSource() = default;

  std::vector<std::unique_ptr<ArchiveReader>> readers_;  ///< of each archive
  std::vector<ArchiveReader*> by_host_;                  ///< by HostId
  std::shared_ptr<Feeds> feeds_ = std::make_shared<Feeds>();
  std::set<std::pair<std::string, HostId>> wanted_;
  std::string error_;
};

}  // namespace balance
