#include "pmda/pace.h"

#include <algorithm>

namespace netstat {

void Pace::set_interval(Duration interval) {
  interval_ = interval;
  if (began_) next_ = *began_ + interval;
}

bool Pace::ask(Time now) {
  const bool was_attentive = attentive(now);
  if (!was_attentive) asking_since_ = now;
  asked_ = now;
  return !was_attentive;
}

std::optional<Pace::Time> Pace::due(Time now) const {
  if (!began_ || attentive(now)) return next_;
  if (stirred_) return *stirred_ + std::max<Duration>(kHousekeeping, interval_);
  return std::nullopt;
}

void Pace::sampled(Time began, Time ended, bool succeeded) {
  // From when it was due, not from when it began, so that the pace does not
  // drift. After a rest or a stall it starts anew and makes up for nothing.
  const Time planned = began - next_ < interval_ ? next_ : began;
  next_ = planned + interval_;
  if (next_ <= ended) next_ = ended + interval_;
  began_ = began;
  failed_ = !succeeded;
  if (succeeded) succeeded_ = began;
  stirred_.reset();
}

bool Pace::fresh(Time now) const {
  if (!succeeded_) return false;
  const Time since =
      failed_ ? *succeeded_ : std::max(*succeeded_, asking_since_);
  return now - since <= 3 * interval_ + kGrace;
}

}  // namespace netstat
