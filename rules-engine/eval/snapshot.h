// What the hosts answered, as one tick sees it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "eval/column.h"

namespace balance {

using InstanceNames = std::map<int, std::string>;

/// One metric of one host, fetched once.
struct Sample {
  struct Reading {
    int instance = kNoInstance;
    /// Counters stay integers until their difference is taken. Nothing: the
    /// instance is there, its value is not.
    std::variant<std::monostate, std::int64_t, std::uint64_t, double,
                 std::string>
        value;
  };

  bool counter = false;
  bool instances = false;    ///< has an instance domain
  std::uint32_t domain = 0;  ///< which one
  /// Factor to bytes, seconds, counts.
  double scale = 1;
  double taken_s = 0;     ///< by the host's clock: for rates
  double received_s = 0;  ///< by our clock: for the age
  std::vector<Reading> readings;
  std::shared_ptr<const InstanceNames> names;
};

/// All samples of a tick. A metric without a sample has no value.
class Snapshot {
 public:
  explicit Snapshot(double now_s) : now_s_(now_s) {}

  /// The scheduled time of the tick, seconds since the epoch.
  double now_s() const { return now_s_; }
  void put(const std::string& metric, HostId host,
           std::shared_ptr<const Sample> sample) {
    samples_[{metric, host}] = std::move(sample);
  }
  /// Null if there is none.
  const Sample* find(const std::string& metric, HostId host) const {
    const auto found = samples_.find({metric, host});
    return found == samples_.end() ? nullptr : found->second.get();
  }

 private:
  double now_s_;
  std::map<std::pair<std::string, HostId>, std::shared_ptr<const Sample>>
      samples_;
};

/// Where snapshots come from: live hosts, archives, the series of a test.
class Source {
 public:
  virtual ~Source() = default;
  /// Has `metric` of `host` from the next snapshot on.
  virtual void want(const std::string& metric, HostId host) = 0;
  /// What is known at `now_s`. Live sources wait for hosts a bounded time.
  virtual Snapshot take(double now_s) = 0;
};

}  // namespace balance
