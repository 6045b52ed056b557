// When to say something again that has not been answered: at once, after 0.1 s,
// then twice as long each time up to 2 s, for ever.
#pragma once

#include <algorithm>
#include <cstdint>

namespace mosix {

class Backoff {
 public:
  /// True if it is time (again); counts that as said.
  bool due(std::int64_t now_ms) {
    if (now_ms < next_ms_) return false;
    next_ms_ = now_ms + wait_ms_;
    wait_ms_ = std::min<std::int64_t>(wait_ms_ * 2, 2000);
    return true;
  }
  void reset() { *this = Backoff{}; }

 private:
  std::int64_t next_ms_ = 0;
  std::int64_t wait_ms_ = 100;
};

}  // namespace mosix
