// What the main programs of the agents have in common.
#pragma once

#include <string>

#include "agent/access.h"
#include "agent/agent.h"
#include "agent/metric_table.h"
#include "base/result.h"

namespace agent {

/// export_files(), with a message if that fails: the exit status.
int export_or_complain(const Table& table, const std::string& folder);

/// The access file at `path`; if that is "", the file `access` in the agent's
/// folder below $PCP_SYSCONF_DIR. Names of users that do not exist are logged.
base::Result<Access> load_access(const Table& table, std::string path,
                                 const std::string& shipped);

/// Sets up the callbacks, and answers pmcd until it goes: the exit status.
int serve(pmdaInterface& dispatch, const Table& table, Agent& agent);

}  // namespace agent
