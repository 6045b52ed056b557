// What a plugin's table must be like for the engine to use it.
#pragma once

#include "action/pmbalance_action.h"
#include "base/result.h"

namespace balance {

/// EINVAL: the engine cannot use it; the text says why, and names the word that
/// is wrong.
base::Result<void> check_table(const pmb_action* table);

}  // namespace balance
