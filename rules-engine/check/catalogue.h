// The actions that rules may use, as their plugins describe them.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"

namespace balance::check {

/// What follows the word of a clause.
enum class OperandKind {
  number,
  time,     ///< seconds
  rate,     ///< a number, or a number per time
  boolean,  ///< of a candidate, or of a candidate and a target
  column,   ///< a number of a candidate, or of it and a target
  place,    ///< home, best, hosts, or the least or greatest of a column
  hosts,
  metric,
  word,
  text
};

/// Whom an operand may ask about; or-ed.
enum Sides : unsigned {
  kBare = 1,   ///< the candidate where it is listed
  kMy = 2,     ///< where the candidate runs
  kTarget = 4  ///< the node that might take it
};

/// One clause that may stand in an action. A word may have several rows, with
/// different parents.
struct ClauseSpec {
  std::string word;
  OperandKind operand = OperandKind::number;
  unsigned sides = 0;
  bool required = false;
  bool repeatable = false;
  std::string parent;  ///< "": directly below the action
};

enum class Scope {
  host,    ///< runs for each host that makes the condition true
  cluster  ///< runs once
};

struct ActionSpec {
  std::string word;
  Scope scope = Scope::host;
  std::vector<ClauseSpec> clauses;
};

using Catalogue = std::span<const ActionSpec>;

/// Null if there is none.
const ActionSpec* find_action(Catalogue catalogue, std::string_view word);
bool has_clause(const ActionSpec& action, std::string_view word);
std::vector<std::string> words_of(Catalogue catalogue);
std::vector<std::string> clause_words(const ActionSpec& action);
/// Reports words that a rule could not write: units, words of the language,
/// words with dots (C21, without a place). Rules are read right all the same.
void check_words(Catalogue catalogue, base::Diagnostics& diagnostics);

}  // namespace balance::check
