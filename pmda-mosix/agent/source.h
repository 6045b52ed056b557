// The agent's picture of the node: one snapshot serves all that is asked within
// a short time, and a daemon that hangs does not hold up every fetch.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include "api/api.h"

namespace mosix {

class Source {
 public:
  using Clock = std::chrono::steady_clock;
  using Now = std::function<Clock::time_point()>;

  /// How long a snapshot is used again, and an error that came at once.
  static constexpr std::chrono::milliseconds kReuse{100};
  /// How long mosixd is left alone after it did not answer in time.
  static constexpr std::chrono::milliseconds kRest{2000};

  explicit Source(std::unique_ptr<Api> api, Now now = Clock::now)
      : api_(std::move(api)), now_(std::move(now)) {}

  /// Holds until the next call.
  const base::Result<Snapshot>& snapshot();

  /// For requests. They may change what snapshot() shows: its next call asks
  /// again, until which the last snapshot holds.
  Api& api() {
    stale_at_ = Clock::time_point::min();
    return *api_;
  }

 private:
  std::unique_ptr<Api> api_;
  Now now_;
  std::optional<base::Result<Snapshot>> taken_;
  Clock::time_point stale_at_;
  bool down_ = false;  ///< that mosixd does not answer has been logged
};

}  // namespace mosix
