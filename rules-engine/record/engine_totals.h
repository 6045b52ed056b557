// What the engine has done since it started, from its ticks.
#pragma once

#include <cstdint>

#include "engine/observer.h"

namespace balance {

struct EngineTotals {
  double took_s = 0;  ///< fetch and evaluation, all ticks
  double age_s = 0;   ///< of the oldest value, at the last evaluation
  std::uint64_t ticks = 0;
  std::uint64_t missed = 0;

  /// An evaluation of one task.
  void add(const Observer::Tick& tick) {
    // Of each task it is counted from the begin of the tick.
    if (tick.now_s != tick_s_) tick_took_s_ = 0;
    tick_s_ = tick.now_s;
    took_s += tick.took_s - tick_took_s_;
    tick_took_s_ = tick.took_s;
    age_s = tick.age_s;
    missed += tick.missed;
    ++ticks;
  }

 private:
  double tick_s_ = 0;       ///< the tick at hand
  double tick_took_s_ = 0;  ///< what it took until now
};

}  // namespace balance
