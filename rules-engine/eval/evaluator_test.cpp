// Columns: rates, windows, aggregates, joins, ages.
#include "eval/evaluator.h"

#include <gtest/gtest.h>

#include "eval/aggregate.h"
#include "eval/expand.h"
#include "eval/fetch.h"
#include "eval/operations.h"
#include "eval/program_builder.h"
#include "eval/rates.h"
#include "rule_test/run_test.h"
#include "rule_test/series.h"

namespace balance {
namespace {

void expect_passes(const ProgramBuilder& builder, const std::string& text) {
  const auto file = read_test_file(std::make_shared<const base::SourceFile>(
      "test", "# It\nrules {}\n" + text));
  ASSERT_TRUE(file.has_value()) << file.error().what;
  EXPECT_EQ(
      run_compiled(*file, file->tests.front(), builder.program(), {}).failure,
      "");
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

Sample counter(double taken_s, std::vector<std::uint64_t> values) {
  Sample out;
  out.kind = Sample::Kind::naturals;
  out.counter = true;
  out.taken_s = taken_s;
  out.naturals = std::move(values);
  return out;
}

TEST(Rates, DifferencesOfCountersAreExact) {
  const std::uint64_t big = (std::uint64_t{1} << 63) + 1;
  std::vector<double> rates;
  EXPECT_TRUE(counter_rates(counter(1, {big}), counter(2, {big + 1}), rates));
  EXPECT_DOUBLE_EQ(rates[0], 1);
  EXPECT_FALSE(counter_rates(counter(1, {big}), counter(2, {big - 1}), rates));
  EXPECT_FALSE(has_number(rates[0]));
}

TEST(Rates, AWrapIsAddedOnlyWhereItIsKnown) {
  const Sample before = counter(1, {0xffff'fff0});
  Sample now = counter(2, {0x10});
  std::vector<double> rates;
  EXPECT_FALSE(counter_rates(before, now, rates));
  now.wrap = 4294967296.0;
  EXPECT_TRUE(counter_rates(before, now, rates));
  EXPECT_DOUBLE_EQ(rates[0], 32);
}

TEST(Rates, ADifferenceAboveTheSignedRangeIsOne) {
  std::vector<double> rates;
  EXPECT_TRUE(
      counter_rates(counter(1, {0}), counter(2, {~std::uint64_t{0}}), rates));
  EXPECT_DOUBLE_EQ(rates[0], 18446744073709551616.0);
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
  EXPECT_EQ(fresh(snapshot, "load", 1, 10), sample.get());
  EXPECT_EQ(fresh(snapshot, "load", 1, 9), nullptr);
  EXPECT_EQ(fresh(snapshot, "load", 2, 10), nullptr);
}

TEST(Evaluator, AComparisonIsMadeWhenItsElementsAreAskedFor) {
  ProgramBuilder b({"node1"}, 10);
  b.begin("some");
  const Slot high = b.op(Op::greater, b.fetch("load"), b.number(2));
  const Slot count = b.collapse(Op::count, Over::instance, high);
  b.value(count);
  Series series(b.program().hosts, 10);
  ASSERT_TRUE(series.add("load :node1 '1 a' : 1 5 _ load :node1 '2 b' : 3 4 9")
                  .has_value());
  Evaluator evaluator(b.program());
  const auto truths = [&] {
    std::string out;
    for (const Tri each : evaluator.column(high).truths)
      out += "nuy"[static_cast<int>(each)];
    return out;
  };
  for (const auto& [at, counted, elements] :
       {std::tuple{0.0, 1.0, "ny"}, {10.0, 2.0, "yy"}, {20.0, 1.0, "y"}}) {
    evaluator.run(b.program().tasks[0], series.take(at));
    EXPECT_DOUBLE_EQ(evaluator.column(count).numbers[0], counted);
    EXPECT_EQ(truths(), elements) << at;
  }
}

kernels::Tally tally_of(std::string_view text) {
  kernels::Tally out;
  for (const char c : text) {
    out.yes += c == 't' ? 1 : 0;
    out.unknown += c == 'u' ? 1 : 0;
  }
  return out;
}

TEST(Collapse, QuantifiersAreKleenes) {
  const struct {
    std::string_view elements;
    Tri some, all, half;
  } table[] = {
      {"tt", Tri::yes, Tri::yes, Tri::yes},
      {"tu", Tri::yes, Tri::unknown, Tri::yes},
      {"fu", Tri::unknown, Tri::no, Tri::unknown},
      {"ff", Tri::no, Tri::no, Tri::no},
      {"uuu", Tri::unknown, Tri::unknown, Tri::unknown},
      {"", Tri::unknown, Tri::unknown, Tri::unknown},
  };
  for (const auto& row : table) {
    const kernels::Tally tally = tally_of(row.elements);
    const std::size_t n = row.elements.size();
    EXPECT_EQ(quantify(Op::some, 0, tally, n), row.some) << row.elements;
    EXPECT_EQ(quantify(Op::all, 0, tally, n), row.all) << row.elements;
    EXPECT_EQ(quantify(Op::percent, 50, tally, n), row.half) << row.elements;
  }
}

TEST(Collapse, AggregatesTakeWhatHasAValue) {
  const double some[] = {3, no_number(), 1};
  EXPECT_DOUBLE_EQ(collapse_numbers(Op::sum, some, 3, false), 4);
  EXPECT_DOUBLE_EQ(collapse_numbers(Op::average, some, 3, false), 2);
  EXPECT_DOUBLE_EQ(collapse_numbers(Op::minimum, some, 3, false), 1);
  EXPECT_DOUBLE_EQ(collapse_numbers(Op::maximum, some, 3, false), 3);
  EXPECT_FALSE(has_number(collapse_numbers(Op::sum, some + 1, 1, false)));
  EXPECT_DOUBLE_EQ(count_true(tally_of("tfu"), 3), 1);
  EXPECT_FALSE(has_number(count_true(tally_of("uu"), 2)));
}

TEST(Expand, WordsAreRepeatedLeftOrGone) {
  Subject a;
  a.instance = "a";
  Subject b;
  b.instance = "b";
  EXPECT_EQ(expand("<%i>", {a, b}, false), "<a><b>");
  EXPECT_EQ(expand("<%i>", {Subject{}}, false), "<<%i undefined>>");
  EXPECT_EQ(expand("<%i>", {}, false), "<%i>") << "it is not known of whom";
  EXPECT_EQ(expand("<%i>", {}, false, true), "") << "of nobody";
  EXPECT_EQ(expand("100%", {}, false, true), "100%");
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
