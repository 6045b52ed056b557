// What is told of decisions and rules, in archives and live alike.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "eval/decision.h"
#include "eval/ledger.h"
#include "program/program.h"

namespace balance {

/// 1 true, 0 false, -1 unknown.
int truth_code(Tri truth);
/// Are there actions, whose firings are counted?
bool acts(const Rule& rule);
/// The name of a statement as that of an instance: instances differ up to the
/// first blank.
std::string instance_name(std::string rule);

/// "asked", "done", "refused", "failed".
std::string_view outcome_name(MoveState state);
/// Its identity for life, or HOST#PID.
const std::string& job_of(const Decision& decision);
/// A node, "home" or "best".
std::string_view destination_of(const Decision& decision);
/// Of the clause gain, else of the first shift; nothing without them.
std::optional<double> gain_of(const Decision& decision);
std::optional<double> cost_of(const Decision& decision);

}  // namespace balance
