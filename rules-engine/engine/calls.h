// Between decisions and the tables of plugins.
#pragma once

#include "action/plugin.h"
#include "eval/decision.h"

namespace balance {

/// What a plugin needs to know of processes and nodes.
Needs needs_of(const pmb_action& table);
/// What a plugin is told of a decision.
Call make_call(const Decision& decision);

}  // namespace balance
