// Random samples of the metrics that generated rules use.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "eval/snapshot.h"

namespace balance::testing {

/// What may go wrong: bits, so that a failing case can be made simpler.
enum Trouble : unsigned {
  kBirths = 1,    ///< instances come and go
  kReuse = 2,     ///< an instance comes back with another name
  kDown = 4,      ///< a host has no samples for a while
  kMissing = 8,   ///< a metric has none
  kStale = 16,    ///< the last sample is seen again
  kBack = 32,     ///< a counter goes down
  kOdd = 64,      ///< NaN, infinities, -0, single values missing
  kDoubles = 128  ///< two instances of one host with the same first word
};
inline constexpr unsigned kAllTroubles = 255;

struct SeriesPlan {
  std::uint64_t seed = 0;
  std::size_t ticks = 14;
  double every_s = 5;
  unsigned troubles = kAllTroubles;
};

/// One snapshot for each tick; `hosts` as the program numbers them.
std::vector<Snapshot> generate_series(const SeriesPlan& plan,
                                      const std::vector<std::string>& hosts);

}  // namespace balance::testing
