#include "eval/state.h"

#include <type_traits>

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

namespace {

/// now - before, exact for integers. `back`: it went down.
double difference(const Sample::Reading& now, const Sample::Reading& before,
                  bool& back) {
  return std::visit(
      [&](const auto& a, const auto& b) -> double {
        using A = std::decay_t<decltype(a)>;
        using B = std::decay_t<decltype(b)>;
        if constexpr (!std::is_same_v<A, B> || !std::is_arithmetic_v<A>) {
          back = true;
          return 0;
        } else if constexpr (std::is_same_v<A, double>) {
          back = a < b;
          return a - b;
        } else {
          // Unsigned: a difference of int64s may not fit one.
          const auto x = static_cast<std::uint64_t>(a);
          const auto y = static_cast<std::uint64_t>(b);
          back = a < b;
          return back ? -static_cast<double>(y - x)
                      : static_cast<double>(x - y);
        }
      },
      now.value, before.value);
}

}  // namespace

double step_rate(RateState& state, const Sample::Reading& now, double taken_s,
                 bool counter) {
  if (state.valid && taken_s == state.taken_s) return state.rate;
  double rate = no_number();
  if (state.valid && taken_s > state.taken_s) {
    bool back = false;
    const double change = difference(now, state.last, back);
    if (!counter || !back) rate = change / (taken_s - state.taken_s);
  }
  state = {.valid = true, .last = now, .taken_s = taken_s, .rate = rate};
  return rate;
}

bool step_ring(RingState& state, const Value& now, std::size_t length) {
  state.values.push_back(now);
  if (state.values.size() > length) state.values.pop_front();
  return state.values.size() == length;
}

}  // namespace balance
