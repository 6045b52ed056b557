// The words of rule tests, and of reports about them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "eval/decision.h"
#include "eval/ledger.h"
#include "program/program.h"
#include "program/tri.h"

namespace balance {

/// Why a candidate was not taken, as `skip` names it.
std::string_view to_string(Reason reason);
std::vector<std::string> reason_words();

std::string_view to_string(Tri truth);
/// `true`, `false`, `unknown`.
std::optional<Tri> find_truth(std::string_view word);
/// `done`, `failed`, `refused`.
std::optional<MoveState> find_move_state(std::string_view word);
/// `print` and the other text actions.
bool is_text_action(std::string_view word);

}  // namespace balance
