// Rule files become a program, or all that is wrong with them.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "action/plugin.h"
#include "base/source.h"
#include "check/catalogue.h"
#include "check/check.h"
#include "compile/listing.h"
#include "program/program.h"
#include "tools/agent_mode.h"

namespace balance {

struct LoadOptions {
  check::Options check;
  std::string dump;      ///< as CommandLine::dump
  bool json = false;     ///< errors and warnings as JSON
  bool strict = false;   ///< warnings are errors
  bool style = false;    ///< warn of what could be clearer, too
  bool listing = false;  ///< fill LoadedRules::listing
  bool agent = false;    ///< fill LoadedRules::metrics
};

struct LoadedRules {
  std::optional<Program> program;  ///< none: there were errors
  std::string messages;            ///< errors and warnings
  std::set<std::string> wrong;     ///< names of the rules that have errors
  /// Hosts that rules name and that did not say what metrics they have.
  std::set<std::string> unreachable;
  std::string dump;  ///< what --dump asked for
  std::vector<Listed> listing;
  std::vector<AgentMetric> metrics;  ///< of agent mode, beside Program::rules
};

using Sources = std::vector<std::shared_ptr<const base::SourceFile>>;

/// Where a rule file is: as named, else (a name without slash in front) in
/// PCP's folders for rules of pmbalance and of pmie. As named if it is nowhere.
std::string find_rule_file(const std::string& name);

/// Under which messages show standard input.
inline constexpr const char* kStandardInput = "standard input";

/// A file by its path; "-" is standard input. The error says why not.
base::Result<std::shared_ptr<const base::SourceFile>> read_rule_file(
    const std::string& path);

/// Several texts are one set of rules.
LoadedRules load_sources(const Sources& sources, check::Catalogue catalogue,
                         const LoadOptions& options);

/// What rules may say of the actions of these plugins.
std::vector<check::ActionSpec> catalogue_of(const Plugins& plugins);

}  // namespace balance
