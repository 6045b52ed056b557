// Time of day.
#pragma once

#include <chrono>

namespace base {

/// Seconds since the epoch.
inline double wall_clock_s() {
  return std::chrono::duration<double>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace base
