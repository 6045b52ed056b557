#include "engine/schedule.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace balance {
namespace {

/// Times are sums of deltas: less than this is their rounding.
constexpr double kSame_s = 1e-6;

}  // namespace

Schedule::Schedule(const std::vector<Task>& tasks, double epoch_s,
                   double from_s)
    : epoch_s_(epoch_s), queue_(tasks.size()) {
  for (const Task& task : tasks) {
    const double passed = std::ceil((from_s - epoch_s) / task.delta_s);
    due_.push_back({task.delta_s, static_cast<std::uint64_t>(passed)});
  }
  std::iota(queue_.begin(), queue_.end(), std::size_t{0});
  std::stable_sort(queue_.begin(), queue_.end(),
                   [this](std::size_t a, std::size_t b) {
                     return at(due_[a]) < at(due_[b]);
                   });
}

double Schedule::next_s() const {
  return queue_.empty() ? std::numeric_limits<double>::infinity()
                        : at(due_[queue_.front()]);
}

void Schedule::put_back(std::size_t task) {
  const double time_s = at(due_[task]);
  const auto place = std::find_if(
      queue_.begin(), queue_.end(),
      [&](std::size_t other) { return at(due_[other]) >= time_s - kSame_s; });
  queue_.insert(place, task);
}

Schedule::Tick Schedule::take(double now_s) {
  Tick out;
  if (next_s() > now_s) return out;
  for (Due& due : due_) {
    const double passed = std::floor((now_s - epoch_s_) / due.delta_s);
    const auto last = static_cast<std::uint64_t>(std::max(passed, 0.0));
    if (last <= due.next) continue;
    out.missed += last - due.next;
    due.next = last;
  }
  if (out.missed > 0)
    std::stable_sort(queue_.begin(), queue_.end(),
                     [this](std::size_t a, std::size_t b) {
                       return at(due_[a]) < at(due_[b]);
                     });
  out.at_s = next_s();
  while (next_s() <= out.at_s + kSame_s) {
    const std::size_t task = queue_.front();
    queue_.erase(queue_.begin());
    out.tasks.push_back(task);
    ++due_[task].next;
    put_back(task);
  }
  return out;
}

}  // namespace balance
