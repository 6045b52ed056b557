// The values of a metric's lanes in one sample.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "eval/snapshot.h"

namespace balance {

class Merge {
 public:
  /// Makes `out` all values of `parts`, by ascending instance, as of the newest
  /// of them. There is at least one part, and no instance is in two. The
  /// roster is a new one only if those of the parts are others than before.
  void of(const std::vector<std::shared_ptr<const Sample>>& parts, Sample& out);

 private:
  using Parts = std::vector<std::shared_ptr<const Sample>>;
  struct Place {
    int instance = 0;
    std::uint32_t part = 0;
    std::uint32_t position = 0;
  };

  bool same_rosters(const Parts& parts) const;
  void arrange(const Parts& parts);
  template <class T>
  void gather(const Parts& parts, std::vector<T> Sample::*values,
              Sample& out) const;

  std::vector<std::shared_ptr<const Roster>> rosters_;  ///< of the parts
  std::vector<Place> places_;                           ///< beside `all_`
  std::shared_ptr<const Roster> all_;
};

}  // namespace balance
