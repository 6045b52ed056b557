// What the main programs of the agents have in common.
#pragma once

#include <functional>
#include <string>

#include "agent/access.h"
#include "agent/agent.h"
#include "agent/metric_table.h"
#include "base/result.h"

namespace agent {

/// The options that all agents have.
struct CommandLine {
  std::string access;     ///< -a: the access file
  std::string export_to;  ///< --export
  std::string user;       ///< -U: whom to become
  bool show_all = false;  ///< -A
  bool help = false;
};

struct Program {
  Table table;
  /// All options, those of CommandLine included, as for pmdaGetOptions(3).
  const char* short_options;
  pmLongOptions* long_options;
  /// Takes one of the agent's own options. `letter` is 0 for one that has none;
  /// then `name` tells which it is.
  std::function<void(int letter, const std::string& name, const char* value)>
      take_option;
  /// The rest, with the log open: the exit status.
  std::function<int(pmdaInterface& dispatch, const CommandLine& line)> run;
};

/// From the command line to the exit status. One program a process.
int run_program(int argc, char** argv, const Program& program);

/// The access file of the command line, or the file `access` in the agent's
/// folder below $PCP_SYSCONF_DIR. Names of users that do not exist are logged.
base::Result<Access> load_access(const Table& table, const CommandLine& line,
                                 const std::string& shipped);

/// The user that the agent is to become: -U, or PCP's own.
std::string user_of(const CommandLine& line);

/// Sets up the callbacks, and answers pmcd until it goes: the exit status.
int serve(pmdaInterface& dispatch, const Table& table, Agent& agent);

/// Logs why the agent does not start: the exit status.
int refuse(const base::Error& error);

}  // namespace agent
