// From text to tree.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/diagnostic.h"
#include "base/source.h"
#include "lang/ast.h"

namespace balance::lang {

/// What `$name` means here, as far as reading needs it: as in pmie the last
/// constant above; without one, one of pmie's own, or the expression above.
struct Known {
  bool macro = false;     ///< a string: its text is put in place of `$name`
  bool constant = false;  ///< see Expression
  Kind kind = Kind::number;
  std::string text;  ///< of a macro
  Span span;         ///< of a macro: the literal; else the name
};
using Names = std::map<std::string, Known, std::less<>>;

/// Reads a file. All syntax errors are reported (code P01; C22 for limits, C24
/// for a unit in the place of a metric, C14 for `$x` inside a literal where x
/// is no string): after one, reading goes on behind the next `;` or `}`.
/// Several files are one set of rules: `names` holds what the earlier ones
/// defined, and takes what this one defines.
File parse(const std::shared_ptr<const base::SourceFile>& source, Names& names,
           base::Diagnostics& diagnostics);
/// The same for a single file.
File parse(const std::shared_ptr<const base::SourceFile>& source,
           base::Diagnostics& diagnostics);

}  // namespace balance::lang
