// One pass over all that feeds the ledger: the slow part of a sample, which
// needs no lock of the ledger's.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "base/result.h"
#include "ledger/ledger.h"
#include "pmda/feeds.h"

namespace netstat {

/// Used by the thread that samples, but for set_volumes().
class Collector {
 public:
  explicit Collector(Feeds feeds) : feeds_(std::move(feeds)) {}

  const Feeds& feeds() const { return feeds_; }

  /// Reads the source, then volumes and ends. False: the source gave nothing,
  /// and there is no sample().
  bool collect();
  /// Reads only the ends of connections.
  void collect_closes();
  /// What went wrong in the last of these calls; empty: nothing.
  const std::string& trouble() const { return trouble_; }

  /// Of the last collect(); holds until the next call.
  Sample sample() const;
  /// Of the last collect() or collect_closes().
  const std::vector<netstat_close>& closes() const { return closes_; }

  std::uint64_t lost_closes() const;
  std::uint64_t lost_bytes() const;

  /// Drops entries of volumes.
  void forget(const std::vector<netstat_volume>& finished);
  /// From any thread. An error if volumes cannot be counted.
  base::Result<void> set_volumes(bool on);

 private:
  void read_volumes();
  void read_closes();
  void complain(const base::Error& error);

  Feeds feeds_;
  mutable std::mutex volumes_mutex_;  ///< of feeds_.volumes
  Reading reading_;
  std::chrono::steady_clock::time_point time_;
  std::vector<netstat_close> closes_;
  std::vector<netstat_volume> volumes_;
  std::vector<netstat_volume> fresh_volumes_;  ///< to keep its memory
  bool volumes_on_ = false;
  std::string trouble_;
};

}  // namespace netstat
