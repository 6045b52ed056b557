#include "record/rule_state.h"

#include <algorithm>

namespace balance {
namespace {

/// Is any element true; no elements: nothing is known.
Tri any_true(const Column& column) {
  if (column.size() == 0) return Tri::unknown;
  // A window has its newest values first.
  Tri out = Tri::no;
  for (std::size_t i = 0; i < column.truths.size(); i += column.samples)
    out = std::max(out, column.truths[i]);
  return out;
}

std::optional<double> one_number(const Column& column) {
  if (column.type != Type::number || column.size() != 1) return {};
  const double x = column.numbers.front();
  return has_number(x) ? std::optional(x) : std::nullopt;
}

RuleState of_expression(const Rule& rule, const Columns& columns) {
  if (rule.shown == kNoSlot) return {};
  const Column& column = columns(rule.shown);
  RuleState out;
  if (column.type == Type::truth) out.truth = any_true(column);
  out.value = one_number(column);
  return out;
}

}  // namespace

RuleState state_of(const Rule& rule, const Columns& columns) {
  if (rule.branches.empty()) return of_expression(rule, columns);
  RuleState out{Tri::no, {}};
  for (const Branch& branch : rule.branches) {
    const Tri truth = branch.condition == kNoSlot
                          ? Tri::yes
                          : any_true(columns(branch.condition));
    const bool decides = rule.branches.size() == 1 ||
                         (truth == Tri::yes && out.truth != Tri::yes);
    if (decides && branch.value != kNoSlot)
      out.value = one_number(columns(branch.value));
    out.truth = std::max(*out.truth, truth);
  }
  return out;
}

}  // namespace balance
