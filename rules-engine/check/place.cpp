#include "check/place.h"

#include <optional>

#include "check/walk.h"

namespace balance::check {
namespace {

bool is_side(const lang::Expression& expression) {
  const auto* call = std::get_if<lang::Call>(&expression.node);
  return call != nullptr &&
         (call->function.text == "my" || call->function.text == "target");
}

}  // namespace

lang::Span part_that(const CheckedFile& file, lang::ExprId id,
                     const std::function<bool(const Facts&)>& is) {
  while (!is_side(file.file->at(id))) {
    std::optional<lang::ExprId> below;
    for_each_operand(file.file->at(id), [&](lang::ExprId operand) {
      if (!below && is(file.facts_of(operand))) below = operand;
    });
    if (!below) break;
    id = *below;
  }
  return file.file->at(id).span;
}

}  // namespace balance::check
