// What the engine writes for people.
#pragma once

#include <string>

#include "eval/column.h"
#include "eval/decision.h"
#include "program/program.h"

namespace balance {

/// A rule's value as pmie's -v shows it: elements apart by a blank.
std::string value_text(const Column& column);

/// Why each candidate of a run was or was not taken: a head line and one line
/// for each candidate.
std::string explain(const RunReport& report, const Program& program,
                    double now_s);

/// "001001 from node1 to node2".
std::string move_text(const Decision& decision);

}  // namespace balance
