#include "capsule/ack_clock.h"

#include <algorithm>

namespace mosix {

void AckClock::note(std::uint64_t taken, bool holding, Time now) {
  if (taken_ == told_ && taken != told_) news_ = now;
  if (holding && !holding_) last_ = std::max(last_, now - kKeepAlive / 2);
  taken_ = taken;
  holding_ = holding;
}

void AckClock::came(Brought brought, Time now) {
  if (brought == Brought::nothing) hurry();
  if (brought != Brought::gap) return;
  const bool repeated =
      last_gap_ && gap_taken_ == taken_ && now - *last_gap_ < 2 * kDelay;
  if (repeated) return;
  last_gap_ = now;
  gap_taken_ = taken_;
  sync_ = true;
}

bool AckClock::due(Time now) const {
  if (sync_ || hurry_) return true;
  const auto at = wake_at();
  return (taken_ != told_ && taken_ - told_ >= kBytes) || (at && now >= *at);
}

bool AckClock::sent(Time now) {
  told_ = taken_;
  last_ = now;
  hurry_ = false;
  const bool sync = sync_;
  sync_ = false;
  return sync;
}

std::optional<Time> AckClock::wake_at() const {
  if (taken_ != told_) return news_ + kDelay;
  if (holding_) return last_ + kKeepAlive;
  return std::nullopt;
}

}  // namespace mosix
