// A PMAPI context on one host's archive or archives.
#pragma once

#include <cmath>
#include <ctime>
#include <string>
#include <utility>

#include <pcp/pmapi.h>

#include "base/result.h"

namespace balance {

class ArchiveContext {
 public:
  /// `name` as pmNewContext(3) takes it. Errors begin with it.
  static base::Result<ArchiveContext> open(const std::string& name);
  ~ArchiveContext();
  ArchiveContext(ArchiveContext&& other) noexcept
      : handle_(std::exchange(other.handle_, -1)) {}
  ArchiveContext& operator=(ArchiveContext&&) = delete;

  /// Makes it the one that PMAPI calls are about.
  void use() const { pmUseContext(handle_); }
  struct Label {
    std::string host;
    std::string zone;
    timespec begin{};
    timespec end{};  ///< of the last of several archives
  };
  base::Result<Label> label() const;
  /// Where the next fetch reads, and how: PM_MODE_*.
  base::Result<void> set_mode(int mode, const timespec& from) const;

 private:
  explicit ArchiveContext(int handle) : handle_(handle) {}
  int handle_;
};

inline double seconds(const timespec& time) {
  return static_cast<double>(time.tv_sec) +
         static_cast<double>(time.tv_nsec) * 1e-9;
}

/// To a microsecond: a double has little more, seconds since the epoch.
inline timespec archive_time(double now_s) {
  const double whole = std::floor(now_s);
  const double micros = std::round((now_s - whole) * 1e6);
  return {static_cast<std::time_t>(whole) + (micros >= 1e6 ? 1 : 0),
          micros >= 1e6 ? 0 : static_cast<long>(micros) * 1000};
}

/// As libpcp computes it for its interpolation, to the last bit.
inline double seconds_between(const timespec& from, const timespec& to) {
  return static_cast<double>(
      static_cast<long double>(to.tv_sec - from.tv_sec) +
      static_cast<long double>(to.tv_nsec - from.tv_nsec) / 1e9L);
}

}  // namespace balance
