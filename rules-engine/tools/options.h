// The command line of pmbalance, in pmie's manner.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace balance {

struct CommandLine {
  enum class Then { run, check, exit_good, exit_bad };
  Then then = Then::run;
  std::string program;  ///< name in messages
  std::vector<std::string> files;
  std::string host;  ///< the default host, as pmNewContext takes it
  double delta_s = 10;
  std::optional<double> runtime_s;
  std::optional<std::uint64_t> samples;
  bool values = false;
  bool times = false;
  bool dry_run = false;
  bool explain = false;
  std::string dump;  ///< print or program; "": nothing
  std::string log_file;
  std::string plugin_folder;
};

/// Prints usage, the version or what is wrong itself.
CommandLine read_command_line(int argc, char** argv);

}  // namespace balance
