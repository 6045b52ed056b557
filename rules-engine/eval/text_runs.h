// A tree of text actions: which of them are carried out, in which order.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>

#include "eval/decision.h"
#include "program/program.h"

namespace balance {

/// Whether a command or a server must be waited for somewhere in the action.
bool takes_long(const Action& action);

/// Remembers of each action when it was carried out and whether it succeeded.
class TextRuns {
 public:
  /// Carries out one action; whether it succeeded. May be empty: it did.
  using Execute = std::function<bool(const Firing&)>;
  /// What all actions of the tree are about; asked when the first is carried
  /// out.
  using About = std::function<const Firing&()>;

  /// `a & b`: all; `a | b`: until one succeeds. An action within its hold-off
  /// is passed over and counts as it did the last time. Whether the tree
  /// succeeded.
  bool run(const Action& action, const About& about, double now_s,
           const Execute& execute);
  /// Forgets actions whose number is not among these.
  void keep(const std::set<std::uint32_t>& ids);

 private:
  struct Last {
    double at_s = 0;
    bool success = false;
  };
  bool run_one(const Action& action, const About& about, double now_s,
               const Execute& execute);
  std::map<std::uint32_t, Last> last_;  ///< by number of the action
};

}  // namespace balance
