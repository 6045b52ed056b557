#include "check/logic.h"

#include <fmt/format.h>

#include "check/walk.h"

namespace balance::check {
namespace {

/// The chain that stands first in a chain of the other operator; null if there
/// is none.
const lang::Expression* mixed(const CheckedFile& file, lang::ExprId id) {
  const auto* chain = std::get_if<lang::Logic>(&file.file->at(id).node);
  if (chain == nullptr) return nullptr;
  const lang::Expression& first = file.file->at(chain->operands.front());
  const bool logic = std::holds_alternative<lang::Logic>(first.node);
  return logic && !first.parenthesised ? &first : nullptr;
}

}  // namespace

void check_logic(const CheckedFile& file, lang::ExprId id,
                 base::Diagnostics& diagnostics) {
  if (mixed(file, id) != nullptr) {
    diagnostics.error("C08", file.file->at(id).span,
                      "`&&` and `||` have equal rank here; use parentheses");
    return;
  }
  for_each_operand(file.file->at(id), [&](lang::ExprId operand) {
    check_logic(file, operand, diagnostics);
  });
}

void warn_logic(const CheckedFile& file, lang::ExprId id,
                base::Diagnostics& diagnostics) {
  if (const lang::Expression* first = mixed(file, id)) {
    const std::string rest = one_line(
        {first->span.file, first->span.end, file.file->at(id).span.end});
    diagnostics.warning(
        "W02", file.file->at(id).span,
        fmt::format("read as ({}) {}", one_line(first->span), rest));
    return;
  }
  for_each_operand(file.file->at(id), [&](lang::ExprId operand) {
    warn_logic(file, operand, diagnostics);
  });
}

}  // namespace balance::check
