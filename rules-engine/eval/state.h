// What operations remember of one element, and their steps.
#pragma once

#include "eval/column.h"

namespace balance {

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
  double last = 0;
  double at_s = 0;
  double rate = no_number();
};

Tri step_edge(EdgeState& state, Tri now, Tri wanted);
/// `truth for duration_s`, with the truth at the scheduled time `now_s`.
Tri step_held(HeldState& state, Tri truth, double now_s, double duration_s);
Tri step_latch(LatchState& state, Tri on, Tri off);
/// (now - before) per second; none without a value at the last evaluation. If
/// `at_s` is still the same, so is the rate: nothing new has been seen.
double step_rate(RateState& state, double now, double at_s);

}  // namespace balance
