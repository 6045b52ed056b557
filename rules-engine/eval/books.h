// `shift`: what decisions have changed in the values that later ones read,
// until fresh values show it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "eval/ledger.h"
#include "eval/snapshot.h"

namespace balance {

/// A value of a node: of one host, or a row of its node table.
struct BookKey {
  std::string metric;
  HostId host = kNoHost;  ///< whose sample shows the change
  /// First word of the row's name; the other hosts' tables list the same node
  /// under it. "": the host's own value.
  std::string row;
};

class Books {
 public:
  /// The decision `move` changes a value by `amount`.
  void add(std::uint64_t move, const BookKey& value, double amount,
           double delta_s);
  /// The sum of what has not yet been seen of a host's own value.
  double at(std::string_view metric, HostId host) const;
  /// The same of a row, in whatever host's table.
  double at_row(std::string_view metric, std::string_view row) const;
  /// Ends the entries whose move failed, and those whose metric was sampled
  /// one delta or more after the move was confirmed.
  void refresh(const Ledger& ledger, const Snapshot& snapshot);

 private:
  struct Entry {
    std::uint64_t move;
    BookKey value;
    double amount;
    double delta_s;
  };
  static bool over(const Entry& entry, const Ledger& ledger,
                   const Snapshot& snapshot);
  std::vector<Entry> entries_;
};

}  // namespace balance
