#include "engine/schedule.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace balance {

Schedule::Schedule(const std::vector<Rule>& rules, double epoch_s)
    : epoch_s_(epoch_s) {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const double delta_s = rules[i].delta_s;
    auto group =
        std::find_if(groups_.begin(), groups_.end(),
                     [&](const Group& g) { return g.delta_s == delta_s; });
    if (group == groups_.end()) {
      groups_.push_back({.delta_s = delta_s, .next = 0, .rules = {}});
      group = groups_.end() - 1;
    }
    group->rules.push_back(i);
  }
}

double Schedule::next_s() const {
  double out = std::numeric_limits<double>::infinity();
  for (const Group& group : groups_) out = std::min(out, at(group));
  return out;
}

Schedule::Tick Schedule::take(double now_s) {
  Tick out;
  if (next_s() > now_s) return out;
  for (Group& group : groups_) {
    const double passed = std::floor((now_s - epoch_s_) / group.delta_s);
    const auto last = static_cast<std::uint64_t>(std::max(passed, 0.0));
    if (last <= group.next) continue;
    out.missed += (last - group.next) * group.rules.size();
    group.next = last;
  }
  out.at_s = next_s();
  constexpr double kSame_s = 1e-6;
  for (Group& group : groups_) {
    if (at(group) > out.at_s + kSame_s) continue;
    out.rules.insert(out.rules.end(), group.rules.begin(), group.rules.end());
    ++group.next;
  }
  std::sort(out.rules.begin(), out.rules.end());
  return out;
}

}  // namespace balance
