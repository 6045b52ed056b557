// Rule files become a program, or all that is wrong with them.
#pragma once

#include <optional>
#include <string>

#include "action/plugin.h"
#include "program/program.h"
#include "tools/options.h"

namespace balance {

struct LoadedRules {
  std::optional<Program> program;  ///< none: there were errors
  std::string messages;            ///< errors and warnings, for stderr
  std::string dump;                ///< what --dump asked for
};

LoadedRules load_rules(const CommandLine& command, const Plugins& plugins);

}  // namespace balance
