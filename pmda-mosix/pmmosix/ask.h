// What pmmosix asks of mosixd, and how the user names things.
#pragma once

#include <functional>
#include <string>

#include "api/api.h"
#include "base/result.h"

namespace mosix {

/// Who asks, as the request table shows it: "pmmosix (user NAME)".
std::string asker();

/// A pid, or a job as `pmmosix ps` shows it. EINVAL.
base::Result<MigrateCall> parse_subject(const std::string& text);

/// A node id, `home`, `best`, or the host of a node. ENXIO.
base::Result<int> parse_node(const std::string& text, Api& api);

/// Asks for a move and follows it for `seconds` (0: does not follow). The
/// request as it was last seen.
base::Result<Request> migrate(Api& api, MigrateCall call, double seconds);

/// An operator's word that the other node of an undecided move is dead. The
/// answer says what that did.
base::Result<std::string> resolve(const std::string& socket,
                                  const std::string& job,
                                  const std::string& dead, bool force);

}  // namespace mosix
