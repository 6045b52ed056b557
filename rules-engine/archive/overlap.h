// What two neighbouring records of a metric have in common.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "eval/snapshot.h"

namespace balance {

/// The instances that two rosters share, by number and name.
class Overlap {
 public:
  /// Computes anew only if the rosters are others than the last time.
  void of(const std::shared_ptr<const Roster>& first,
          const std::shared_ptr<const Roster>& second);

  /// One of the two if it has no more than the other.
  const std::shared_ptr<const Roster>& both() const { return both_; }
  bool all_of_first() const { return both_ == first_; }
  /// Positions in the two rosters, beside `both`; empty if the rosters are the
  /// same object.
  const std::vector<std::uint32_t>& in_first() const { return in_first_; }
  const std::vector<std::uint32_t>& in_second() const { return in_second_; }

 private:
  std::shared_ptr<const Roster> first_;
  std::shared_ptr<const Roster> second_;
  std::shared_ptr<const Roster> both_;
  std::vector<std::uint32_t> in_first_;
  std::vector<std::uint32_t> in_second_;
};

}  // namespace balance
