// Smoothed rates of rows.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "ledger/ledger.h"

namespace netstat {

/// Of one row: what becomes its intensity.
struct Flow {
  std::uint64_t moved = 0;  ///< bytes since the last sample
  bool known = false;       ///< counted at the last sample already

  void add(const Bytes& bytes) { moved += bytes.in + bytes.out; }
};

/// Steps all rows from one sample to the next.
class Rates {
 public:
  /// A new sample, made at `time`.
  void start(std::chrono::steady_clock::time_point time);

  /// Ends the sample: what comes now was not there when it was made.
  void finish() { first_ = false; }

  /// For a row made in this sample: if it was counted from its first byte, its
  /// rate before was 0; what was there at the first sample has no rate yet.
  void born(Intensity& intensity, Flow& flow) const;

  /// `counted`: whether the row's bytes are known now.
  void step(Intensity& intensity, Flow& flow, bool counted) const;

 private:
  std::optional<std::chrono::steady_clock::time_point> last_;
  bool first_ = true;
  double seconds_ = 0;  ///< since the last sample
  double weight_ = 0;   ///< of the newest rate
};

}  // namespace netstat
