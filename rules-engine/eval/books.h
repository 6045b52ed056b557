// `shift`: what decisions have changed in the values that later ones read,
// until fresh values show it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "eval/ledger.h"
#include "eval/snapshot.h"

namespace balance {

class Books {
 public:
  /// The decision `move` changes `metric` of `host` by `amount`.
  void add(std::uint64_t move, const std::string& metric, HostId host,
           double amount, double delta_s);
  /// The sum of what has not yet been seen.
  double at(const std::string& metric, HostId host) const;
  /// Ends the entries whose move failed, and those whose metric was sampled
  /// one delta or more after the move was confirmed.
  void refresh(const Ledger& ledger, const Snapshot& snapshot);

 private:
  struct Entry {
    std::uint64_t move;
    std::string metric;
    HostId host;
    double amount;
    double delta_s;
  };
  static bool over(const Entry& entry, const Ledger& ledger,
                   const Snapshot& snapshot);
  std::vector<Entry> entries_;
};

}  // namespace balance
