#include "record/rule_state.h"

#include <string>

#include <gtest/gtest.h>

namespace balance {
namespace {

using Truths = std::vector<Tri>;
using Numbers = std::vector<double>;
constexpr Tri kNo = Tri::no;
constexpr Tri kUnknown = Tri::unknown;
constexpr Tri kYes = Tri::yes;

std::shared_ptr<const Index> index_of(std::size_t n) {
  auto out = std::make_shared<Index>();
  for (std::size_t i = 0; i < n; ++i)
    out->keys.push_back({0, 1, static_cast<int>(i)});
  out->names.resize(n);
  return out;
}

Column truths(Truths values, std::uint32_t samples = 1) {
  Column out;
  out.type = Type::truth;
  out.samples = samples;
  out.index = index_of(values.size() / samples);
  out.truths = std::move(values);
  return out;
}

Column numbers(Numbers values, std::uint32_t samples = 1) {
  Column out;
  out.type = Type::number;
  out.samples = samples;
  out.index = index_of(values.size() / samples);
  out.numbers = std::move(values);
  return out;
}

/// Branches whose conditions are the even columns, with the odd as values.
RuleState state(const std::vector<Column>& columns) {
  Rule rule;
  for (Slot slot = 0; slot + 1 < columns.size(); slot += 2) {
    Branch& branch = rule.branches.emplace_back();
    branch.condition = slot;
    branch.value = slot + 1;
  }
  return state_of(rule,
                  [&](Slot slot) -> const Column& { return columns.at(slot); });
}

TEST(RuleState, TruthOfOneElementOrAny) {
  const std::vector<std::pair<Column, Tri>> cases = {
      {truths({kYes}), kYes},
      {truths({kNo}), kNo},
      {truths({kUnknown}), kUnknown},
      {truths({kNo, kUnknown, kYes}), kYes},
      {truths({kNo, kUnknown, kNo}), kUnknown},
      {truths({kNo, kNo}), kNo},
      {truths({}), kUnknown},
      {Column{Type::truth, 1, false, nullptr, {}, {}, {}}, kUnknown},
      {truths({kNo, kYes, kNo, kYes}, 2), kNo},
  };
  for (const auto& [column, truth] : cases)
    EXPECT_EQ(state({column, numbers({1})}).truth, truth);
}

TEST(RuleState, TheValueIsOneNumberOrNone) {
  EXPECT_EQ(state({truths({kNo}), numbers({2.5})}).value, 2.5);
  EXPECT_EQ(state({truths({kNo}), numbers({2.5, 1, 0}, 3)}).value, 2.5);
  EXPECT_FALSE(state({truths({kNo}), numbers({2.5, 3})}).value);
  EXPECT_FALSE(state({truths({kNo}), numbers({})}).value);
  EXPECT_FALSE(state({truths({kNo}), numbers({no_number()})}).value);
  EXPECT_FALSE(state({truths({kNo}), truths({kNo})}).value);
}

TEST(RuleState, ARulesetIsTrueIfOneOfItsConditionsIs) {
  const RuleState second =
      state({truths({kUnknown}), numbers({1}), truths({kYes}), numbers({2}),
             truths({kYes}), numbers({3})});
  EXPECT_EQ(second.truth, kYes);
  EXPECT_EQ(second.value, 2);
  const RuleState none =
      state({truths({kUnknown}), numbers({1}), truths({kNo}), numbers({2})});
  EXPECT_EQ(none.truth, kUnknown);
  EXPECT_FALSE(none.value);
}

TEST(RuleState, ARuleWithoutConditionIsTrue) {
  Rule rule;
  rule.branches.emplace_back();
  const RuleState got = state_of(rule, [](Slot) -> const Column& {
    throw std::logic_error("there is no column");
  });
  EXPECT_EQ(got.truth, kYes);
  EXPECT_FALSE(got.value);
}

TEST(RuleState, NamedExpressions) {
  Rule rule;
  rule.shown = 0;
  const auto of = [&rule](const Column& column) {
    return state_of(rule, [&](Slot) -> const Column& { return column; });
  };
  EXPECT_EQ(of(truths({kYes})).truth, kYes);
  EXPECT_FALSE(of(truths({kYes})).value);
  EXPECT_FALSE(of(numbers({7})).truth);
  EXPECT_EQ(of(numbers({7})).value, 7);
  rule.shown = kNoSlot;
  EXPECT_FALSE(of(numbers({7})).value);
}

}  // namespace
}  // namespace balance
