// Rule files become a program, or all that is wrong with them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "action/plugin.h"
#include "base/source.h"
#include "check/catalogue.h"
#include "program/program.h"
#include "tools/options.h"

namespace balance {

struct LoadedRules {
  std::optional<Program> program;  ///< none: there were errors
  std::string messages;            ///< errors and warnings, for stderr
  std::string dump;                ///< what --dump asked for
};

/// The files of a command line; "-" is standard input.
LoadedRules load_rules(const CommandLine& command, const Plugins& plugins);

using Sources = std::vector<std::shared_ptr<const base::SourceFile>>;

/// Several texts are one set of rules. `dump`: as CommandLine::dump.
LoadedRules load_sources(const Sources& sources, check::Catalogue catalogue,
                         double delta_s, const std::string& dump = "");

/// What rules may say of the actions of these plugins.
std::vector<check::ActionSpec> catalogue_of(const Plugins& plugins);

}  // namespace balance
