// When a receiver has to acknowledge: 100 ms after it took something, or as
// soon as that is 64 KiB; at once if it was asked or saw a gap; and once a
// second while it holds what it cannot write out, so that the sender does not
// take it for gone.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "capsule/in_stream.h"
#include "capsule/out_stream.h"

namespace mosix {

class AckClock {
 public:
  static constexpr auto kDelay = std::chrono::milliseconds(100);
  static constexpr auto kKeepAlive = std::chrono::seconds(1);
  static constexpr std::uint64_t kBytes = 64 * 1024;

  /// `taken` grows with everything that was taken; `holding`: something is
  /// accepted and not taken.
  void note(std::uint64_t taken, bool holding, Time now);
  /// The other end asked for an acknowledgement with `sync`.
  void ask_sync() { sync_ = true; }
  /// Something came. What brought nothing shows that an acknowledgement was
  /// lost. One gap asks once in a while, not for every piece that follows it.
  void came(Brought brought, Time now);
  /// Acknowledge without delay.
  void hurry() { hurry_ = true; }

  bool due(Time now) const;
  /// The acknowledgement goes out; true if it must carry `sync`.
  bool sent(Time now);
  std::optional<Time> wake_at() const;

 private:
  std::uint64_t taken_ = 0;
  std::uint64_t told_ = 0;
  bool holding_ = false;
  bool sync_ = false;
  bool hurry_ = false;
  Time news_{};  ///< when something was taken that has not been told
  Time last_{};  ///< when the last acknowledgement went out
  std::optional<Time> last_gap_;
  std::uint64_t gap_taken_ = 0;
};

}  // namespace mosix
