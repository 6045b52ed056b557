// Which engine may act on which set of rules: of several that run the same
// rules only one asks for moves. Held in memory; an engine renews its lease
// about twice a second, and what is not renewed lapses. All nodes tell each
// other their leases once a second, so that one is known in the whole cluster.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "api/api.h"

namespace mosix {

class Leases {
 public:
  /// Without renewal for so long a lease is another's to take.
  static constexpr std::int64_t kLapse_ms = 5000;
  /// After a start nobody acts until all nodes that are up have been heard.
  static constexpr std::int64_t kListen_ms = 3000;
  /// After a start: until all engines here have asked again. To tell others
  /// sooner that there are none would make them take over.
  static constexpr std::int64_t kGather_ms = 1500;
  /// What other nodes said holds as long as their other records.
  static constexpr std::int64_t kHearsay_ms =
      static_cast<std::int64_t>(Node::kMaxAge_s * 1000);
  /// Of one owner at this node.
  static constexpr std::size_t kMost = 16;
  static constexpr std::size_t kMaxName = 200;  ///< bytes

  /// From then on others are listened to.
  void start(std::int64_t now_ms) { started_ms_ = now_ms; }

  /// An engine here asks for the lease, or renews it. EBUSY: another has it;
  /// EAGAIN: still listening; EINVAL, ENOSPC. While `off` says that migration
  /// is switched off, a lease is renewed, and refused all the same (ECANCELED).
  base::Result<void> ask(const Lease& wanted, const std::string& off,
                         std::int64_t now_ms);
  /// All leases of another node.
  void heard(int node, std::vector<Lease> leases, std::int64_t now_ms);

  /// Those of engines here, for the other nodes; once all are known again.
  bool tells(std::int64_t now_ms) const {
    return now_ms - started_ms_ >= kGather_ms;
  }
  std::vector<Lease> own(std::int64_t now_ms);
  /// Those of all nodes, the oldest of each set of rules.
  std::vector<Lease> all(std::int64_t now_ms);

 private:
  /// Rule sets of one name are the same if they have the same owner.
  using Key = std::pair<long, std::string>;
  struct Held {
    Lease lease;
    std::int64_t renewed_ms = 0;
  };
  struct Hearsay {
    std::vector<Lease> leases;
    std::int64_t heard_ms = 0;
  };

  bool listens(std::int64_t now_ms) const {
    return now_ms - started_ms_ < kListen_ms;
  }
  /// Yes, if nothing but this stands in the way.
  base::Result<void> answer(const std::string& off, std::int64_t now_ms) const;
  void forget(std::int64_t now_ms);
  const Lease* elsewhere(const Key& key) const;
  bool has_room(long owner) const;

  std::int64_t started_ms_ = 0;
  std::map<Key, Held> own_;
  std::map<int, Hearsay> others_;  ///< by node
};

}  // namespace mosix
