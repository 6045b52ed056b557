#include "check/deltas.h"

#include <cmath>

#include "check/constants.h"

namespace balance::check {
namespace {

/// The time that `delta = …` says; nothing if that is none.
std::optional<double> delta_of(const CheckedFile& file,
                               const lang::Statement& statement,
                               base::Diagnostics& diagnostics) {
  const auto* body = std::get_if<lang::ExpressionBody>(&statement.body);
  if (body == nullptr) {
    diagnostics.error("C04", statement.name->span,
                      "`delta` wants a time: 5 sec");
    return std::nullopt;
  }
  const Facts& facts = file.facts_of(body->expression);
  const lang::Span& span = file.file->at(body->expression).span;
  if (!facts.type) return std::nullopt;
  if (!facts.constant || !is_seconds(*facts.constant)) {
    diagnostics.error("C04", span, "`delta` wants a time: 5 sec");
    return std::nullopt;
  }
  warn_of_seconds(*facts.constant, span, diagnostics);
  const double delta = facts.constant->value;
  if (std::isfinite(delta) && delta > 0) return delta;
  diagnostics.error("C16", span, "`delta` must be above 0");
  return std::nullopt;
}

}  // namespace

bool sets_delta(const lang::Statement& statement) {
  return statement.name && statement.name->text == "delta";
}

void find_deltas(Checked& checked, double delta_s,
                 base::Diagnostics& diagnostics) {
  for (CheckedFile& file : checked.files) {
    for (const lang::Statement& statement : file.file->statements) {
      if (sets_delta(statement)) {
        delta_s = delta_of(file, statement, diagnostics).value_or(delta_s);
      }
      file.deltas_s.push_back(delta_s);
    }
  }
}

}  // namespace balance::check
