#include "testing/term.h"

#include <functional>

namespace balance::testing {
namespace {

/// Calls `visit` with each term below `term`, the outermost first.
void for_each(Term& term, const std::function<void(Term&)>& visit) {
  visit(term);
  for (Term& part : term.parts) for_each(part, visit);
}

std::vector<Term> parts_of_kind(const Term& term, Term::Kind kind) {
  std::vector<Term> out;
  for (const Term& part : term.parts) {
    if (part.kind == kind) {
      out.push_back(part);
    } else {
      const std::vector<Term> below = parts_of_kind(part, kind);
      out.insert(out.end(), below.begin(), below.end());
    }
  }
  return out;
}

std::vector<Term> instead_of(const Term& term) {
  std::vector<Term> out;
  if (term.kind == Term::Kind::other) return out;
  if (term.kind == Term::Kind::truth && !term.parts.empty())
    out.push_back({term.kind, {"true"}, {}});
  if (term.kind == Term::Kind::number && !term.parts.empty())
    out.push_back({term.kind, {"1"}, {}});
  const std::vector<Term> below = parts_of_kind(term, term.kind);
  out.insert(out.end(), below.begin(), below.end());
  return out;
}

}  // namespace

std::string Term::text() const {
  std::string out = pieces.front();
  for (std::size_t i = 0; i < parts.size(); ++i)
    out += parts[i].text() + pieces[i + 1];
  return out;
}

std::string RuleFile::text() const {
  std::string out;
  for (const Term& each : statements) out += each.text() + ";\n";
  return out;
}

std::vector<RuleFile> smaller(const RuleFile& file) {
  std::vector<RuleFile> out;
  for (std::size_t i = 0; i < file.statements.size(); ++i) {
    out.push_back(file);
    out.back().statements.erase(out.back().statements.begin() +
                                static_cast<std::ptrdiff_t>(i));
  }
  RuleFile work = file;
  for (Term& statement : work.statements)
    for_each(statement, [&](Term& term) {
      const Term whole = term;
      for (const Term& less : instead_of(whole)) {
        term = less;
        out.push_back(work);
      }
      term = whole;
    });
  return out;
}

}  // namespace balance::testing
