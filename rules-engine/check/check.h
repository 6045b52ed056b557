// Rule files: from trees as written to trees that are understood.
#pragma once

#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "check/catalogue.h"
#include "check/checked.h"
#include "lang/ast.h"

namespace balance::check {

struct Options {
  double delta_s = 10;  ///< of the statements before the first `delta = …`
  /// Hosts that get these numbers, whether the rules name them or not; the
  /// first is "".
  std::vector<std::string> hosts = {""};
  /// Asked about all metrics; null: only the text is checked.
  Metrics* metrics = nullptr;
  /// A metric that its host lacks is an error; else a warning: it may come.
  bool metrics_must_exist = false;
  /// That the default host does not answer is said when it is asked for values.
  bool default_host_may_come = false;
  /// Statements about what exists nowhere are not evaluated, as in pmie on
  /// archives: a metric that no host has, one without instances, or one that
  /// has none of the instances named.
  bool drop_absent = false;
  bool units_are_errors = false;  ///< M01, in conditions too
};

/// Checks the files of one set of rules, in their order. All errors and
/// warnings of all files are reported; where there was no error the result is
/// complete. It refers to the files and to what the catalogue refers to: both
/// must outlive it. Never throws.
Checked check(std::span<const lang::File> files, Catalogue catalogue,
              const Options& options, base::Diagnostics& diagnostics);

/// The labels of the statements that errors are about, directly or through the
/// names that they use.
std::set<std::string> wrong_statements(const Checked& checked,
                                       const base::Diagnostics& diagnostics);

}  // namespace balance::check
