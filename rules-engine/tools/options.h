// The command line of pmbalance: pmie's, and what is ours.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/report.h"

namespace balance {

struct CommandLine {
  enum class Then { run, check, interact, test, exit_good, exit_bad };
  Then then = Then::run;
  std::string program;             ///< name in messages
  std::vector<std::string> files;  ///< of rules, or tests; "-": standard input

  // Where values come from.
  std::vector<std::string> archives;  ///< arguments of -a; none: live
  std::string host = "local:";  ///< the default host, as pmNewContext takes it
  bool host_given = false;

  // When: as pmParseTimeWindow(3) takes them; "" where nothing was said.
  std::string start, finish, align, origin;
  std::string zone;        ///< as TZ takes it; "": the local one
  bool host_zone = false;  ///< that of the default host
  double delta_s = 10;
  std::optional<std::uint64_t> samples;
  bool exact = false;  ///< evaluate at the records of archives

  // How it runs.
  bool daemon = false;   ///< of its own session and user
  bool systemd = false;  ///< tells the service manager
  bool primary = false;
  std::string user;         ///< of a daemon; "": the default one
  std::string log_file;     ///< "": standard error
  bool one_stream = false;  ///< standard output goes where the log goes
  bool quiet = false;
  std::string note;  ///< for the head of the log
  bool dry_run = false;
  bool partial = false;  ///< archives may lack metrics of the rules
  std::string plugin_folder;
  std::string stomp_file;
  std::string ledger_file;  ///< keeps the moves; "": the default of daemons
  std::optional<std::uint64_t> seed;  ///< for choices among equal targets
  std::string record;                 ///< the archive to write; "": none

  // What it says.
  ValueStyle values = ValueStyle::none;
  bool times = false;
  std::string action_format;  ///< as archive_line() takes it
  std::string junit;          ///< file for the results of tests; "": none
  bool explain = false;
  bool json = false;             ///< diagnostics
  bool warnings_errors = false;  ///< warnings of rules are errors
  bool units_errors = false;     ///< dimensions that do not fit are errors
  std::string dump;              ///< ast, types, print, program; "": nothing
  bool pmlogger_config = false;
  bool agent = false;  ///< values go to pmdasummary(1), and nothing else
};

/// Prints usage, the version or what is wrong itself.
CommandLine read_command_line(int argc, char** argv);

}  // namespace balance
