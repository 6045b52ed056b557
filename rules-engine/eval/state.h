// What an operation remembers of each element from one evaluation to the next.
#pragma once

#include <cstdint>
#include <deque>
#include <unordered_map>

#include "eval/column.h"
#include "eval/snapshot.h"

namespace balance {

/// An element that is away for more than `patience` evaluations is forgotten.
template <class T>
class StateTable {
 public:
  explicit StateTable(std::uint64_t patience = 1) : patience_(patience) {}

  /// The state of `key`, new if it was not there at the last evaluation.
  T& at(const Key& key, std::uint64_t evaluation) {
    Entry& entry = entries_[key];
    if (entry.seen + patience_ < evaluation) entry.state = T{};
    entry.seen = evaluation;
    return entry.state;
  }

  /// Drops what is forgotten anyway.
  void prune(std::uint64_t evaluation) {
    std::erase_if(entries_, [&](const auto& each) {
      return each.second.seen + patience_ < evaluation;
    });
  }

 private:
  struct Entry {
    T state{};
    std::uint64_t seen = 0;
  };
  std::uint64_t patience_;
  std::unordered_map<Key, Entry, KeyHash> entries_;
};

struct EdgeState {
  bool valid = false;
  Tri last = Tri::unknown;
};

struct HeldState {
  bool was_false = false, is_true = false;
  double false_s = 0;  ///< when last false
  double since_s = 0;  ///< start of the true evaluations in a row
};

struct LatchState {
  bool on = false;
};

struct RateState {
  bool valid = false;
  Sample::Reading last;
  double taken_s = 0;
  double rate = no_number();
};

struct RingState {
  std::deque<Value> values;  ///< newest last
};

Tri step_edge(EdgeState& state, Tri now, Tri wanted);
/// `truth for duration_s`, with the truth at the scheduled time `now_s`.
Tri step_held(HeldState& state, Tri truth, double now_s, double duration_s);
Tri step_latch(LatchState& state, Tri on, Tri off);
/// Per second, between two samples taken at different times; none if there was
/// no earlier one or a counter went back.
double step_rate(RateState& state, const Sample::Reading& now, double taken_s,
                 bool counter);
/// Keeps the last `length` values; true when it has so many.
bool step_ring(RingState& state, const Value& now, std::size_t length);

}  // namespace balance
