// When tasks are due: epoch + k * delta.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "program/program.h"

namespace balance {

class Schedule {
 public:
  /// All tasks are first due at `epoch_s`.
  Schedule(const std::vector<Task>& tasks, double epoch_s)
      : Schedule(tasks, epoch_s, epoch_s) {}
  /// The same times, of which those before `from_s` are over.
  Schedule(const std::vector<Task>& tasks, double epoch_s, double from_s);

  struct Tick {
    double at_s = 0;
    std::vector<std::size_t> tasks;  ///< in the order of the queue
    /// Evaluations of tasks that were due since the last ones and can no longer
    /// be made.
    std::uint64_t missed = 0;
  };
  double epoch_s() const { return epoch_s_; }
  /// When something is next due.
  double next_s() const;
  /// What is due at `now_s`, at its scheduled time: the last one if several
  /// have passed. Empty if nothing is.
  Tick take(double now_s);

 private:
  struct Due {
    double delta_s;
    std::uint64_t next = 0;  ///< k
  };
  double at(const Due& due) const {
    return epoch_s_ + static_cast<double>(due.next) * due.delta_s;
  }
  double epoch_s_;
  void put_back(std::size_t task);

  std::vector<Due> due_;  ///< beside the tasks
  /// Tasks by time. Of those due at one time the one that was put back last
  /// comes first, as in pmie: that is the order of what they print.
  std::vector<std::size_t> queue_;
};

}  // namespace balance
