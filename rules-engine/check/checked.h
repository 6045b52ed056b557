// What checking finds out about rule files: the meaning of names, types and
// shapes of expressions, which clause belongs to which. `compile` uses it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "check/catalogue.h"
#include "lang/ast.h"

namespace balance::check {

/// Index into Checked::hosts; 0 is the default host.
using Host = std::uint32_t;

/// What the text tells about the value of an expression.
struct Facts {
  enum class Instances {
    none,  ///< one value for each host
    open,  ///< of a fetch: only the host knows
    some   ///< several, written
  };
  /// Not there after an error, so that it is reported once.
  std::optional<lang::Kind> type;
  /// Those that have a value; empty: a single value.
  std::vector<Host> hosts;
  Instances instances = Instances::none;
  std::uint32_t samples = 1;  ///< length of the window
  bool my = false;            ///< contains `my(`, directly or through names
  bool target = false;        ///< contains `target(`
  /// Of constants, with their units.
  std::optional<lang::Number> constant;

  bool single() const { return hosts.empty(); }
  bool sided() const { return my || target; }
};

/// `name = …`.
struct Definition {
  enum class Kind { macro, value, rule };
  Kind kind = Kind::value;
  std::size_t file = 0;         ///< index into Checked::files
  std::size_t statement = 0;    ///< of that file
  lang::ExprId expression = 0;  ///< of a value
  lang::Span span;              ///< of the name
};

/// A clause with its row of the catalogue.
struct BoundClause {
  static constexpr std::size_t kNoParent = static_cast<std::size_t>(-1);
  const ClauseSpec* spec = nullptr;
  const lang::Clause* clause = nullptr;
  std::size_t parent = kNoParent;  ///< index into the same vector
};

struct CheckedFile {
  const lang::File* file = nullptr;
  std::vector<Facts> facts;  ///< of each expression
  /// Of each expression that is a Variable: what it names; else null.
  std::vector<const Definition*> names;
  std::map<lang::ActionId, std::vector<BoundClause>> clauses;
  std::vector<double> deltas_s;  ///< of each statement

  const Facts& facts_of(lang::ExprId id) const { return facts[id]; }
};

/// Refers to the files and the catalogue that were checked.
struct Checked {
  std::vector<CheckedFile> files;
  std::map<std::string, Definition, std::less<>> names;
  std::vector<std::string> hosts = {""};

  Host intern(const std::string& host);
  const CheckedFile& file_of(const Definition& name) const {
    return files[name.file];
  }

 private:
  std::map<std::string, Host, std::less<>> host_ids_ = {{"", 0}};
};

/// pmie's `minute hour day month year day_of_week delta`.
bool is_time_variable(std::string_view name);
/// `to min M :a :b`: short for `to min target(M) among :a :b`.
bool is_short_place(const lang::File& file, const BoundClause& bound);
/// Hosts written in an expression or in the names that it uses, in order of
/// appearance; adds to `hosts` what is not there.
void add_written_hosts(Checked& checked, const CheckedFile& file,
                       lang::ExprId id, std::vector<Host>& hosts);
/// The source text in one line, blanks squeezed.
std::string one_line(const lang::Span& span);

}  // namespace balance::check
