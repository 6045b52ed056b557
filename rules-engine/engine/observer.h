// Who looks at what the engine does: statistics, the recorder.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "eval/decision.h"
#include "eval/evaluator.h"
#include "eval/ledger.h"
#include "program/program.h"

namespace balance {

/// All calls come from the thread that evaluates, in the order of the tick:
/// evaluated (once a task), then decided, fired and ended as they happen.
/// `now_s` is the scheduled time of the tick, seconds since the epoch. What an
/// observer does not look at, does nothing.
class Observer {
 public:
  struct Tick {
    double now_s = 0;
    double took_s = 0;         ///< fetch and evaluation, by the real clock
    double age_s = 0;          ///< of the oldest value that was used
    std::uint64_t missed = 0;  ///< evaluations that were due and not made
  };

  virtual ~Observer() = default;
  /// The columns of `task` have their values of this tick.
  virtual void evaluated(const Task& task, const Evaluator& columns,
                         const Tick& tick) = 0;
  virtual void decided(const Decision&, double /*now_s*/) {}
  /// A text action was executed (or printed, from archives).
  virtual void fired(const Firing&, bool /*success*/, double /*now_s*/) {}
  /// The rules were read anew: from now on `program` is evaluated.
  virtual void use(const Program&) {}
  /// Whether the rule files are those that run; false after they were read anew
  /// with errors.
  virtual void config_ok(bool) {}
  /// A decision has come to its end. `reason`: "" or why not.
  virtual void ended(std::uint64_t /*move*/, MoveState,
                     const std::string& /*reason*/, double /*now_s*/) {}
};

}  // namespace balance
