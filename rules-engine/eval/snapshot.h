// What the hosts answered, as one tick sees it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "eval/column.h"

namespace balance {

/// The instances of a metric at one time. Samples that have the same instances
/// share one roster wherever that is cheap to see: equal pointers mean equal
/// rosters, so that what is computed from names is computed once.
struct Roster {
  std::vector<int> instances;      ///< ascending
  std::vector<std::string> names;  ///< beside `instances`

  /// Where `instance` stands; nothing if it is not there.
  std::optional<std::size_t> position(int instance) const;
  /// Of a metric without instance domain: kNoInstance, "".
  static const std::shared_ptr<const Roster>& single();
};

/// One metric of one host, fetched once: the values stand beside the
/// instances of the roster, in the vector that `kind` names.
struct Sample {
  enum class Kind {
    numbers,   ///< all but counters of integers; no_number(): no value
    naturals,  ///< counters of unsigned integers: exact until subtracted
    integers,  ///< counters of signed integers
    texts,
  };

  Kind kind = Kind::numbers;
  bool counter = false;
  bool instances = false;    ///< has an instance domain
  std::uint32_t domain = 0;  ///< which one
  /// Factor to bytes, seconds, counts; the values are not yet multiplied.
  double scale = 1;
  /// Of a counter that wraps (only if PCP_COUNTER_WRAP is set): 2^32 or 2^64
  /// is added to a negative difference. 0: it went back, there is no rate.
  double wrap = 0;
  double taken_s = 0;     ///< by the host's clock: for rates
  double received_s = 0;  ///< by our clock: for the age
  std::shared_ptr<const Roster> roster = Roster::single();
  std::vector<double> numbers;
  std::vector<std::uint64_t> naturals;
  std::vector<std::int64_t> integers;
  std::vector<std::string> texts;

  std::size_t size() const { return roster->instances.size(); }
  /// As a number, not scaled; no_number() for texts.
  double number(std::size_t position) const;
};

using FeedId = std::uint32_t;

/// The metrics of hosts that somebody wants, numbered from 0.
class Feeds {
 public:
  /// The number of a metric of a host, new if it had none.
  FeedId add(const std::string& metric, HostId host);
  std::optional<FeedId> find(const std::string& metric, HostId host) const;
  std::size_t size() const { return ids_.size(); }

 private:
  std::map<std::pair<std::string, HostId>, FeedId> ids_;
};

/// All samples of a tick. A metric without a sample has no value.
class Snapshot {
 public:
  explicit Snapshot(double now_s,
                    std::shared_ptr<Feeds> feeds = std::make_shared<Feeds>())
      : now_s_(now_s), feeds_(std::move(feeds)), samples_(feeds_->size()) {}

  /// The scheduled time of the tick, seconds since the epoch.
  double now_s() const { return now_s_; }
  const std::shared_ptr<Feeds>& feeds() const { return feeds_; }

  void put(FeedId feed, std::shared_ptr<const Sample> sample) {
    if (feed >= samples_.size()) samples_.resize(feed + 1);
    samples_[feed] = std::move(sample);
  }
  void put(const std::string& metric, HostId host,
           std::shared_ptr<const Sample> sample) {
    put(feeds_->add(metric, host), std::move(sample));
  }
  /// Null if there is none.
  const Sample* at(FeedId feed) const {
    return feed < samples_.size() ? samples_[feed].get() : nullptr;
  }
  std::shared_ptr<const Sample> share(FeedId feed) const {
    return feed < samples_.size() ? samples_[feed] : nullptr;
  }
  const Sample* find(const std::string& metric, HostId host) const {
    const auto feed = feeds_->find(metric, host);
    return feed ? at(*feed) : nullptr;
  }

 private:
  double now_s_;
  std::shared_ptr<Feeds> feeds_;
  std::vector<std::shared_ptr<const Sample>> samples_;
};

/// Where snapshots come from: live hosts, archives, the series of a test. All
/// snapshots of a source have the same Feeds.
class Source {
 public:
  virtual ~Source() = default;
  /// Has `metric` of `host` from the next snapshot on.
  virtual FeedId want(const std::string& metric, HostId host) = 0;
  /// What take() is for from now on; before the first call: all that is wanted.
  /// Live sources fetch nothing else, of which the last sample stays.
  virtual void due(const std::vector<FeedId>& /*feeds*/) {}
  /// What is known at `now_s`. Live sources wait for hosts a bounded time.
  virtual Snapshot take(double now_s) = 0;
};

}  // namespace balance
