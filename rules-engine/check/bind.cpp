#include "check/bind.h"

#include <utility>

#include <fmt/format.h>

#include "check/nearest.h"

namespace balance::check {
namespace {

class Binder {
 public:
  Binder(const lang::PluginAction& action, const ActionSpec& spec,
         base::Diagnostics& diagnostics)
      : action_(action), spec_(spec), diagnostics_(diagnostics) {}

  std::vector<BoundClause> run() {
    bool all_known = true;
    for (const lang::Clause& clause : action_.clauses) {
      all_known = bind(clause) && all_known;
    }
    if (all_known) missing();
    return std::move(bound_);
  }

 private:
  const ClauseSpec* row(std::string_view word, std::string_view parent) const {
    for (const ClauseSpec& one : spec_.clauses) {
      if (one.word == word && one.parent == parent) return &one;
    }
    return nullptr;
  }

  /// The nearest clause above that has such a clause, else the action.
  bool bind(const lang::Clause& clause) {
    BoundClause out;
    out.clause = &clause;
    for (std::size_t i = bound_.size(); i > 0 && out.spec == nullptr; --i) {
      out.spec = row(clause.word.text, bound_[i - 1].spec->word);
      if (out.spec != nullptr) out.parent = i - 1;
    }
    if (out.spec == nullptr) out.spec = row(clause.word.text, "");
    if (out.spec == nullptr) {
      unknown(clause);
      return false;
    }
    twice(out);
    bound_.push_back(out);
    return true;
  }

  void unknown(const lang::Clause& clause) {
    const std::string& word = clause.word.text;
    std::string parents;
    for (const ClauseSpec& one : spec_.clauses) {
      if (one.word != word) continue;
      parents +=
          fmt::format("{}`{}`", parents.empty() ? "" : " or ", one.parent);
    }
    // The clause that was not understood may have been meant as its parent.
    const bool follows = std::exchange(unknown_before_, true);
    if (follows && !parents.empty()) return;
    diagnostics_.error(
        "C02", clause.word.span,
        parents.empty()
            ? fmt::format("`{}` has no clause `{}`{}", spec_.word, word,
                          did_you_mean(word, clause_words(spec_)))
            : fmt::format("`{}` belongs below {}, which is not there", word,
                          parents));
  }

  void twice(const BoundClause& added) {
    if (added.spec->repeatable) return;
    for (const BoundClause& one : bound_) {
      if (one.spec != added.spec || one.parent != added.parent) continue;
      const lang::Span& first = one.clause->word.span;
      const base::Place place = first.file->place(first.begin);
      diagnostics_.error("C06", added.clause->word.span,
                         fmt::format("`{}` is given twice; first at line {}",
                                     added.spec->word, place.line));
      return;
    }
  }

  void missing() {
    for (const ClauseSpec& wanted : spec_.clauses) {
      if (!wanted.required) continue;
      if (wanted.parent.empty()) {
        missing_below(BoundClause::kNoParent, wanted);
        continue;
      }
      for (std::size_t i = 0; i < bound_.size(); ++i) {
        if (bound_[i].spec->word == wanted.parent) missing_below(i, wanted);
      }
    }
    // `pick` has a default for how many, but none for which.
    if (has_clause(spec_, "pick") && find_clause(bound_, "pick") == nullptr) {
      report(action_.word, "pick", ": which processes?");
    }
  }

  void missing_below(std::size_t parent, const ClauseSpec& wanted) {
    if (find_clause(bound_, wanted.word, parent) != nullptr) return;
    if (parent == BoundClause::kNoParent) {
      report(action_.word, wanted.word, wanted.word == "to" ? ": where?" : "");
      return;
    }
    const lang::Name& word = bound_[parent].clause->word;
    const bool pick = word.text == "pick" && wanted.word == "by";
    report(word, wanted.word, pick ? ": which process first?" : "");
  }

  void report(const lang::Name& who, std::string_view wanted,
              std::string_view hint) {
    diagnostics_.error(
        "C03", who.span,
        fmt::format("`{}` needs `{}`{}", who.text, wanted, hint));
  }

  const lang::PluginAction& action_;
  const ActionSpec& spec_;
  base::Diagnostics& diagnostics_;
  std::vector<BoundClause> bound_;
  bool unknown_before_ = false;
};

}  // namespace

std::vector<BoundClause> bind_clauses(const lang::PluginAction& action,
                                      const ActionSpec& spec,
                                      base::Diagnostics& diagnostics) {
  return Binder(action, spec, diagnostics).run();
}

const BoundClause* find_clause(const std::vector<BoundClause>& clauses,
                               std::string_view word, std::size_t parent) {
  for (const BoundClause& one : clauses) {
    if (one.spec->word == word && one.parent == parent) return &one;
  }
  return nullptr;
}

}  // namespace balance::check
