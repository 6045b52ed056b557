// A metric at one tick, for the tree walker.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "eval/snapshot.h"
#include "testing/past.h"
#include "testing/table.h"

namespace balance::testing {

/// A counter as it stood when the host was asked.
struct Reading {
  double taken_s = 0;
  std::variant<double, std::uint64_t, std::int64_t> value;
};

struct FetchPlan {
  std::string metric;
  std::vector<HostId> hosts;
  std::vector<std::string> instances;  ///< empty: all there are
  Type type = Type::number;
  bool instant = false;  ///< counters as they are, not their rates
};

/// What a fetch remembers.
struct FetchPast {
  Past<Reading> counters;
  std::map<HostId, std::uint32_t> domains;  ///< of instances, when last seen
  /// For each evaluation, the newest last: when hosts took their samples.
  std::vector<std::map<HostId, double>> taken;
};

/// The elements of all hosts. A host without a sample, or with one older than
/// two deltas, has one element without value, or those that the text names.
Table fetch(const FetchPlan& plan, const Snapshot& snapshot, double delta_s,
            FetchPast& past);

}  // namespace balance::testing
