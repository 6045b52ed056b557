// When the next sample is due. Pure: it is told what time it is.
#pragma once

#include <chrono>
#include <optional>

namespace netstat {

class Pace {
 public:
  using Clock = std::chrono::steady_clock;
  using Time = Clock::time_point;
  using Duration = Clock::duration;

  /// How long samples go on after somebody asked last.
  static constexpr std::chrono::seconds kAttention{30};
  /// While nobody asks: from stir() to a sample that keeps the books in order.
  static constexpr std::chrono::seconds kHousekeeping{60};
  /// Values are too old after three intervals and this.
  static constexpr std::chrono::seconds kGrace{5};

  explicit Pace(Duration interval) : interval_(interval) {}

  Duration interval() const { return interval_; }
  /// Counts from the last sample on.
  void set_interval(Duration interval);

  /// Somebody asks. True: nobody did for a while, so that due() is another.
  bool ask(Time now);
  /// Something happened that a sample must put in order before long, even if
  /// nobody asks.
  void stir(Time now) {
    if (!stirred_) stirred_ = now;
  }

  /// When to sample next, maybe in the past; nothing: not until ask() or
  /// stir(). The first sample is due at once, since counting begins with it.
  std::optional<Time> due(Time now) const;
  /// A sample was made, or tried in vain.
  void sampled(Time began, Time ended, bool succeeded);

  /// Whether there are values, and they may be shown: the age counts while
  /// somebody asks.
  bool fresh(Time now) const;
  /// When the last sample that succeeded began.
  std::optional<Time> last_success() const { return succeeded_; }

 private:
  bool attentive(Time now) const {
    return asked_ && now - *asked_ < kAttention;
  }

  Duration interval_;
  std::optional<Time> asked_;      ///< last
  Time asking_since_;              ///< first, after nobody did for a while
  std::optional<Time> began_;      ///< the last sample
  std::optional<Time> succeeded_;  ///< the last one that did
  bool failed_ = false;            ///< the last one
  Time next_;                      ///< while somebody asks
  std::optional<Time> stirred_;    ///< since the last sample
};

}  // namespace netstat
