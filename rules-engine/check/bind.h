// Which row of the catalogue a clause means, and to which clause it belongs.
#pragma once

#include <vector>

#include "base/diagnostic.h"
#include "check/checked.h"

namespace balance::check {

/// The clauses of an action in the order written. Reports unknown and repeated
/// clauses (C02, C06), and what is missing (C03) if all others were known.
std::vector<BoundClause> bind_clauses(const lang::PluginAction& action,
                                      const ActionSpec& spec,
                                      base::Diagnostics& diagnostics);

/// The first clause of this word below `parent` (an index, or kNoParent: the
/// action); null if there is none.
const BoundClause* find_clause(const std::vector<BoundClause>& clauses,
                               std::string_view word,
                               std::size_t parent = BoundClause::kNoParent);

}  // namespace balance::check
