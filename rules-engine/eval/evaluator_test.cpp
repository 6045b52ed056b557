// Columns: rates, windows, aggregates, joins, ages.
#include "eval/evaluator.h"

#include <gtest/gtest.h>

#include "eval/aggregate.h"
#include "eval/operations.h"
#include "eval/program_builder.h"
#include "eval/rule_test.h"
#include "eval/state.h"

namespace balance {
namespace {

void expect_passes(const ProgramBuilder& builder, std::string_view text) {
  const auto test = read_rule_test(text);
  ASSERT_TRUE(test.has_value()) << test.error().text;
  for (const std::string& problem : run_rule_test(*test, builder.program(), {}))
    ADD_FAILURE() << problem;
}

TEST(Evaluator, ARateSurvivesBirthsAndDeathsOfOthers) {
  ProgramBuilder b({"node1"}, 10);
  b.begin("cpu");
  b.value(b.fetch("ticks"));
  expect_passes(b, R"(
every 10 sec
counter ticks :node1 '001001 a' : 0 100 300 300
counter ticks :node1 '001002 b' : _ 50 60 _
counter ticks :node1 '001003 c' : 7 _ 8 18
at 0 value cpu :
at 1 value cpu : node1#001001=10
at 2 value cpu : node1#001001=20 node1#001002=1
at 3 value cpu : node1#001001=0 node1#001003=1
)");
}

TEST(Evaluator, ACounterThatWentBackHasNoRate) {
  ProgramBuilder b({"node1"}, 10);
  b.begin("rate");
  b.value(b.fetch("ticks"));
  expect_passes(b, R"(
every 10 sec
counter ticks :node1 : 100 200 50 60
at 1 value rate : node1=10
at 2 value rate : node1=?
at 3 value rate : node1=1
)");
}

TEST(Evaluator, DifferencesOfCountersAreExact) {
  RateState state;
  const std::uint64_t big = (std::uint64_t{1} << 63) + 1;
  step_rate(state, {0, big}, 1, true);
  EXPECT_DOUBLE_EQ(step_rate(state, {0, big + 1}, 2, true), 1);
  // The same sample seen twice is no new one.
  EXPECT_DOUBLE_EQ(step_rate(state, {0, big + 1}, 2, true), 1);
}

TEST(Evaluator, WindowsNeedAllTheirSamples) {
  ProgramBuilder b({"node1"}, 10);
  b.begin("mean");
  b.value(b.collapse(Op::average, Over::sample, b.fetch("load"), 3));
  expect_passes(b, R"(
every 10 sec
load :node1 : 1 2 3 4
at 1 value mean : node1=?
at 2 value mean : node1=2
at 3 value mean : node1=3
)");
}

TEST(Evaluator, RateOfAnExpression) {
  ProgramBuilder b({"node1"}, 10);
  b.begin("slope");
  b.value(b.op(Op::rate, b.fetch("load")));
  expect_passes(b, R"(
every 10 sec
load :node1 : 1 2 _ 3 0
at 0 value slope : node1=?
at 1 value slope : node1=0.1
at 3 value slope : node1=?
at 4 value slope : node1=-0.3
)");
}

TEST(Evaluator, AnOldSampleHasNoValue) {
  Snapshot snapshot(100);
  auto sample = std::make_shared<Sample>();
  sample->received_s = 81;
  snapshot.put("load", 1, sample);
  EXPECT_EQ(Evaluator::fresh(snapshot, "load", 1, 10), sample.get());
  EXPECT_EQ(Evaluator::fresh(snapshot, "load", 1, 9), nullptr);
  EXPECT_EQ(Evaluator::fresh(snapshot, "load", 2, 10), nullptr);
}

std::vector<Value> truths(std::string_view text) {
  std::vector<Value> out;
  for (const char c : text)
    out.push_back(Value::of(c == 't'   ? Tri::yes
                            : c == 'f' ? Tri::no
                                       : Tri::unknown));
  return out;
}

TEST(Collapse, QuantifiersAreKleenes) {
  const struct {
    std::string_view elements;
    Tri some, all, half;
  } table[] = {
      {"tt", Tri::yes, Tri::yes, Tri::yes},
      {"tu", Tri::yes, Tri::unknown, Tri::yes},
      {"ut", Tri::yes, Tri::unknown, Tri::yes},
      {"fu", Tri::unknown, Tri::no, Tri::unknown},
      {"uf", Tri::unknown, Tri::no, Tri::unknown},
      {"ff", Tri::no, Tri::no, Tri::no},
      {"uuu", Tri::unknown, Tri::unknown, Tri::unknown},
      {"", Tri::unknown, Tri::unknown, Tri::unknown},
  };
  for (const auto& row : table) {
    const auto elements = truths(row.elements);
    EXPECT_EQ(collapse(Op::some, 0, elements).truth, row.some) << row.elements;
    EXPECT_EQ(collapse(Op::all, 0, elements).truth, row.all) << row.elements;
    EXPECT_EQ(collapse(Op::percent, 50, elements).truth, row.half)
        << row.elements;
  }
}

TEST(Collapse, AggregatesTakeWhatHasAValue) {
  const std::vector<Value> some = {Value::of(3.0), Value{}, Value::of(1.0)};
  EXPECT_DOUBLE_EQ(collapse(Op::sum, 0, some).number, 4);
  EXPECT_DOUBLE_EQ(collapse(Op::average, 0, some).number, 2);
  EXPECT_DOUBLE_EQ(collapse(Op::minimum, 0, some).number, 1);
  EXPECT_DOUBLE_EQ(collapse(Op::maximum, 0, some).number, 3);
  EXPECT_FALSE(collapse(Op::sum, 0, {Value{}}).known());
  EXPECT_DOUBLE_EQ(collapse(Op::count, 0, truths("tfu")).number, 1);
  EXPECT_FALSE(collapse(Op::count, 0, truths("uu")).known());
}

TEST(Operations, NaNIsANumberAndNoValueIsNone) {
  const Value nan = apply(Op::divide, Value::of(0.0), Value::of(0.0));
  EXPECT_TRUE(nan.known());
  EXPECT_EQ(apply(Op::greater, nan, Value::of(1.0)).truth, Tri::no);
  EXPECT_EQ(apply(Op::not_equal, nan, Value::of(1.0)).truth, Tri::yes);
  const Value none = apply(Op::add, Value{}, Value::of(1.0));
  EXPECT_FALSE(none.known());
  EXPECT_EQ(apply(Op::greater, none, Value::of(1.0)).truth, Tri::unknown);
  EXPECT_EQ(apply(Op::known, none, none).truth, Tri::no);
  EXPECT_DOUBLE_EQ(apply(Op::fallback, none, Value::of(7.0)).number, 7);
}

TEST(Operations, OneMissingSideMayNotMatter) {
  const Value unknown = Value::of(Tri::unknown);
  EXPECT_EQ(apply(Op::both, Value::of(Tri::no), unknown).truth, Tri::no);
  EXPECT_EQ(apply(Op::either, unknown, Value::of(Tri::yes)).truth, Tri::yes);
  EXPECT_EQ(apply(Op::both, Value::of(Tri::yes), unknown).truth, Tri::unknown);
  EXPECT_EQ(apply(Op::negation, unknown, unknown).truth, Tri::unknown);
}

}  // namespace
}  // namespace balance
