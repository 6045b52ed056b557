#include "eval/state.h"

#include "eval/operations.h"

namespace balance {

Tri step_edge(EdgeState& state, Tri now, Tri wanted) {
  const bool was_other = state.valid && state.last == negation(wanted);
  const bool was_known = state.valid && state.last != Tri::unknown;
  state = {.valid = true, .last = now};
  if (now == Tri::unknown || !was_known) return Tri::unknown;
  return to_tri(now == wanted && was_other);
}

Tri step_held(HeldState& state, Tri truth, double now_s, double duration_s) {
  if (truth == Tri::no) {
    state.was_false = true;
    state.false_s = now_s;
  }
  if (truth == Tri::yes && !state.is_true) state.since_s = now_s;
  state.is_true = truth == Tri::yes;
  // Scheduled times are sums of deltas: a millisecond covers their rounding.
  constexpr double kSlack_s = 1e-3;
  if (state.was_false && state.false_s >= now_s - duration_s - kSlack_s)
    return Tri::no;
  if (state.is_true && state.since_s <= now_s - duration_s + kSlack_s)
    return Tri::yes;
  return Tri::unknown;
}

Tri step_latch(LatchState& state, Tri on, Tri off) {
  if (on == Tri::yes)
    state.on = true;
  else if (off == Tri::yes)
    state.on = false;
  return to_tri(state.on);
}

double step_rate(RateState& state, double now, double at_s) {
  const RateState before = state;
  const bool known = has_number(now);
  if (known && before.valid && at_s == before.at_s) return before.rate;
  state = {.valid = known, .last = now, .at_s = at_s};
  if (known && before.valid && at_s > before.at_s)
    state.rate = (now - before.last) / (at_s - before.at_s);
  return state.rate;
}

}  // namespace balance
