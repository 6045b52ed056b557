#include "testing/tree_moments.h"

#include <utility>

#include "testing/table.h"
#include "testing/tree_values.h"

namespace balance::testing {

std::vector<Value> last(const Moments& moments, std::size_t n) {
  std::vector<Value> out;
  for (std::size_t i = moments.size(); i-- > 0 && out.size() < n;)
    out.push_back(moments[i].value);
  return out;
}

Value edge(const Moments& moments, Tri wanted) {
  if (moments.size() < 2) return Value::of(Tri::unknown);
  const Tri before = moments[moments.size() - 2].value.truth;
  const Tri now = moments.back().value.truth;
  if (before == Tri::unknown || now == Tri::unknown)
    return Value::of(Tri::unknown);
  return truth_of(now == wanted && before != wanted);
}

Value held(const Moments& moments, double for_s) {
  constexpr double kSlack_s = 1e-3;  // scheduled times are sums of deltas
  const double since_s = moments.back().at_s - for_s;
  for (const Moment& each : moments)
    if (each.value.truth == Tri::no && each.at_s >= since_s - kSlack_s)
      return Value::of(Tri::no);
  for (std::size_t i = moments.size(); i-- > 0;) {
    if (moments[i].value.truth != Tri::yes) break;
    if (moments[i].at_s <= since_s + kSlack_s) return Value::of(Tri::yes);
  }
  return Value::of(Tri::unknown);
}

void see(Moments& moments, Moment now) {
  const bool again = !moments.empty() && moments.back().at_s == now.at_s &&
                     moments.back().value.known() && now.value.known();
  if (!again) moments.push_back(std::move(now));
}

Value slope(const Moments& moments) {
  if (moments.size() < 2) return no_value(Type::number);
  const Moment& a = moments[moments.size() - 2];
  const Moment& b = moments.back();
  if (!a.value.known() || !b.value.known() || b.at_s <= a.at_s)
    return no_value(Type::number);
  return Value::of((b.value.number - a.value.number) / (b.at_s - a.at_s));
}

}  // namespace balance::testing
