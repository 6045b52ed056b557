// What the engine writes for people.
#pragma once

#include <functional>
#include <string>

#include "eval/column.h"
#include "eval/decision.h"
#include "program/program.h"

namespace balance {

/// How rule values are shown: pmie's options of these letters.
enum class ValueStyle {
  none,
  plain,       ///< -v: the values
  named,       ///< -V: each with its host and instance
  satisfying,  ///< -W: of conditions, what makes them true
  applet,      ///< -X: as -v, without names, all in one line
};

struct ValueFormat {
  ValueStyle style = ValueStyle::none;
  bool times = false;  ///< `(CTIME)` behind the name of the rule
  /// As `%h` has it; for -V and -W.
  std::function<std::string(HostId)> host_name;
};

/// The columns of a rule that are shown. `value` may not be null.
struct ShownColumns {
  const Column* value = nullptr;  ///< of Rule::shown
  /// pmie's binding node: -W shows its true elements. Null: `value`.
  const Column* binding = nullptr;
  /// What -W shows of them (Rule::shown_value). Null: the binding itself.
  const Column* bound = nullptr;
  /// The operand of a `max_inst` or the like that `value` or `binding` is: its
  /// element of that value is the instance that -V and -W name. May be null.
  const Column* extreme = nullptr;
};

/// What pmie writes after it has evaluated `task`: for each rule
/// `NAME (CTIME): VALUE`, then an empty line. -V and -W give an element
/// `[INSTANCE]` where Index::names has one, and only where there is a host.
std::string values_text(const Program& program, const Task& task, double now_s,
                        const std::function<ShownColumns(const Rule&)>& shown,
                        const ValueFormat& format);

/// A rule's value as -v shows it: elements apart by a blank, all samples of
/// each.
std::string value_text(const Column& column);

/// Why each candidate of a run was or was not taken: a head line and one line
/// for each candidate.
std::string explain(const RunReport& report, const Program& program,
                    double now_s);

/// "001001 from node1 to node2".
std::string move_text(const Decision& decision);

}  // namespace balance
