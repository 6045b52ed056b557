// When rules are due: epoch + k * delta, for each delta that occurs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "program/program.h"

namespace balance {

class Schedule {
 public:
  /// All rules are first due at `epoch_s`.
  Schedule(const std::vector<Rule>& rules, double epoch_s);

  struct Tick {
    double at_s = 0;
    std::vector<std::size_t> rules;  ///< in the order of the program
    /// Evaluations that were due since the last ones and can no longer be made.
    std::uint64_t missed = 0;
  };
  /// When something is next due.
  double next_s() const;
  /// What is due at `now_s`, at its scheduled time: the last one if several
  /// have passed. Empty if nothing is.
  Tick take(double now_s);

 private:
  struct Group {
    double delta_s;
    std::uint64_t next = 0;  ///< k
    std::vector<std::size_t> rules;
  };
  double at(const Group& group) const {
    return epoch_s_ + static_cast<double>(group.next) * group.delta_s;
  }
  double epoch_s_;
  std::vector<Group> groups_;
};

}  // namespace balance
