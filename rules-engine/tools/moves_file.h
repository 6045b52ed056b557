// The record of moves, kept over restarts of the engine: no cooldown and no
// limit is forgotten.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "eval/ledger.h"

namespace balance {

/// Where a daemon keeps the moves of a set of rules: below $PCP_VAR_DIR, a file
/// for each host (nodes may share the folder) and set.
std::string default_moves_file(const std::string& rules);

/// What is written there, or nothing if there is no such file. Of moves that
/// had not ended nobody knows how they did: they count as failed at `now_s`.
base::Result<std::vector<Move>> read_moves(const std::string& path,
                                           double now_s);
/// Replaces the file as a whole; its folder is made if it is not there.
base::Result<void> write_moves(const std::string& path,
                               const std::vector<Move>& moves);

}  // namespace balance
