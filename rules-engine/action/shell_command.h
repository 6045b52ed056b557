// The command of a `shell` action, without the data that it is about.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "eval/decision.h"

namespace balance {

struct ShellCommand {
  /// The strings of the action in one, repeated for each subject as pmie does,
  /// with "${1}", "${2}", … where pmie pastes the value of a %-word.
  std::string text;
  std::vector<std::string> arguments;  ///< $1, $2, …
};

/// An error says which %-word may not stand where it stands, or has a value
/// that no command shall see.
base::Result<ShellCommand> shell_command(const Firing& firing);

}  // namespace balance
