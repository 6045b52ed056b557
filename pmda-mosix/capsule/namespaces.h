// Going into a capsule's own pid and mount namespaces.
#pragma once

#include <functional>
#include <string>

#include "base/result.h"

namespace mosix {

/// Makes the namespaces and forks their init, which calls `init` (it must not
/// return). The caller gets the init's pid, as seen from here, once the init
/// has its private /proc and has let go of all descriptors of the caller; its
/// stdout and stderr go to `log`.
base::Result<int> fork_init(const std::string& log,
                            const std::function<void()>& init);

}  // namespace mosix
