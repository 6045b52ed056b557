// What checking finds out about rule files: the meaning of names, types and
// shapes of expressions, which clause belongs to which. `compile` uses it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "check/catalogue.h"
#include "check/metrics.h"
#include "lang/ast.h"
#include "lang/words.h"

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
  /// The type is that of a metric, as a host or an archive told it.
  bool of_metric = false;
  /// Those that have a value; empty: a single value.
  std::vector<Host> hosts;
  Instances instances = Instances::none;
  std::uint32_t samples = 1;  ///< length of the window
  bool my = false;            ///< contains `my(`, directly or through names
  bool target = false;        ///< contains `target(`
  /// Of constant numbers, with their units.
  std::optional<lang::Number> constant;
  /// Of numbers, canonical (byte, sec, count). Nothing: not known, or a plain
  /// number, which fits everything.
  std::optional<lang::Dimension> dimension;
  /// The most instances that one host is known to have; 0: not known, or none.
  std::uint32_t width = 0;

  bool single() const { return hosts.empty(); }
  bool sided() const { return my || target; }
};

/// `name = …`. Of one name there may be several: constants may be defined
/// again, and are apart from expressions and rules, as in pmie.
struct Definition {
  enum class Kind { macro, value, rule };
  Kind kind = Kind::value;
  bool constant = false;        ///< its value is never shown; macros are too
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
  /// Of each expression that fetches a metric that is known; else nothing.
  std::vector<std::optional<MetricFacts>> metrics;
  /// Of each expression that fetches: what it wants exists nowhere.
  std::vector<bool> absent;
  std::map<lang::ActionId, std::vector<BoundClause>> clauses;
  std::vector<double> deltas_s;  ///< of each statement
  /// What each statement defines; null without a name, and of `delta = …`.
  std::vector<const Definition*> defines;
  /// The name under which the value of each statement is shown (`expr_1` and so
  /// on without one); "": it is not evaluated by itself (constants, `delta`,
  /// templates).
  std::vector<std::string> labels;

  const Facts& facts_of(lang::ExprId id) const { return facts[id]; }
};

/// A metric that a host does not have (of a host without archive: all).
struct MissingMetric {
  std::string metric;
  std::string host;  ///< as written; "": the default host
  lang::Span span;   ///< where it is used first
};

/// Refers to the files and the catalogue that were checked. To be moved, not
/// copied: its parts point at each other.
struct Checked {
  std::vector<CheckedFile> files;
  std::deque<Definition> definitions;  ///< all, in order
  /// What each name means behind the last statement.
  std::map<std::string, const Definition*, std::less<>> names;
  std::vector<std::string> hosts = {""};
  std::vector<MissingMetric> missing;  ///< each once for each host

  Checked() = default;
  Checked(Checked&&) = default;
  Checked& operator=(Checked&&) = default;

  Host intern(const std::string& host);
  const CheckedFile& file_of(const Definition& name) const {
    return files[name.file];
  }

 private:
  std::map<std::string, Host, std::less<>> host_ids_ = {{"", 0}};
};

using lang::is_time_variable;
/// `to min M :a :b`: short for `to min target(M) among :a :b`; `to min M`: for
/// `to min target(M) among M`, M being a node table.
bool is_short_place(const lang::File& file, const BoundClause& bound);
/// The metric whose instances are an action's targets, which `among M` or
/// `to min M` names; nothing: its targets are hosts.
std::optional<lang::ExprId> node_table(const lang::File& file,
                                       const std::vector<BoundClause>& clauses);
/// Hosts written in an expression or in the names that it uses, in order of
/// appearance; adds to `hosts` what is not there.
void add_written_hosts(Checked& checked, const CheckedFile& file,
                       lang::ExprId id, std::vector<Host>& hosts);
/// The source text in one line, blanks squeezed.
std::string one_line(const lang::Span& span);

}  // namespace balance::check
