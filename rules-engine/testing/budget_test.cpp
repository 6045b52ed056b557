// Rules and samples of absurd size end with a clear error, or with a value in
// time and memory that grow no faster than they do.
#include <cmath>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "compile/compile.h"
#include "eval/evaluator.h"
#include "testing/read_rules.h"

namespace balance::testing {
namespace {

std::string repeat(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

/// `n` instances 0, 1, … with the words 0, 1, …, all of the same value.
std::shared_ptr<const Sample> many(std::size_t n, std::uint32_t domain,
                                   double value) {
  auto roster = std::make_shared<Roster>();
  auto out = std::make_shared<Sample>();
  out->instances = true;
  out->domain = domain;
  for (std::size_t i = 0; i < n; ++i) {
    roster->instances.push_back(static_cast<int>(i));
    roster->names.push_back(fmt::format("{:07} x", i));
    out->numbers.push_back(value);
  }
  out->roster = std::move(roster);
  return out;
}

std::shared_ptr<const Sample> one(double value) {
  auto out = std::make_shared<Sample>();
  out->numbers = {value};
  return out;
}

Snapshot snapshot(std::size_t instances) {
  Snapshot out(0);
  out.put("load", 0, one(2));
  out.put("cpu", 0, many(instances, 1, 1));
  out.put("net", 0, many(instances, 2, 3));
  return out;
}

/// The value of the last statement, a single one.
Value value_of(const std::string& text, std::size_t instances) {
  ReadRules read(text, 10);
  EXPECT_TRUE(read.valid()) << read.diagnostics().text();
  if (!read.valid()) return {};
  const Program program = compile(read.checked());
  Evaluator evaluator(program);
  const Snapshot now = snapshot(instances);
  for (const Task& task : program.tasks) evaluator.run(task, now);
  const Column& column = evaluator.column(program.rules.back().result);
  EXPECT_EQ(column.size(), 1U);
  return column.size() == 1 ? element(column, 0) : Value{};
}

TEST(Budget, AWindowThatNobodyCanFillIsRefused) {
  for (const char* text :
       {"load @0..999999999;", "max_sample load @0..999999999 > 1;",
        "load @100001;", "some_sample (load @0..4294967296 > 1);"}) {
    const ReadRules read(text, 10);
    ASSERT_FALSE(read.valid()) << text;
    EXPECT_NE(read.diagnostics().text().find("samples"), std::string::npos)
        << read.diagnostics().text();
  }
}

TEST(Budget, ALongWindowCostsNothingUntilItFills) {
  EXPECT_FALSE(value_of("max_sample load @0..90000;", 0).known());
  EXPECT_FALSE(value_of("load @90000;", 0).known());
  EXPECT_FALSE(value_of("max_inst max_sample cpu @0..90000;", 10'000).known());
}

TEST(Budget, AMillionInstances) {
  constexpr std::size_t kInstances = 1'000'000;
  EXPECT_EQ(value_of("sum_inst (cpu + cpu * 2);", kInstances).number, 3e6);
  EXPECT_EQ(
      value_of("count_inst (rising cpu > 1 || cpu < 2);", kInstances).number,
      1e6);
}

TEST(Budget, ManyInstancesMeetByTheirWords) {
  constexpr std::size_t kInstances = 200'000;
  EXPECT_EQ(value_of("sum_inst (cpu + net);", kInstances).number, 8e5);
  EXPECT_EQ(
      value_of("count_inst match_inst \"7 x\\$\" (cpu < net);", kInstances)
          .number,
      2e4);
}

TEST(Budget, AThousandOperands) {
  const std::string both = "load > 1" + repeat(" && load > 1", 999) + ";";
  EXPECT_EQ(value_of(both, 0).truth, Tri::yes);
  const std::string least = "least(load" + repeat(", load", 999) + ");";
  EXPECT_EQ(value_of(least, 0).number, 2);
  const std::string wide =
      "sum_inst least(cpu" + repeat(", cpu + net", 999) + ");";
  EXPECT_EQ(value_of(wide, 10).number, 10);
}

TEST(Budget, NamesThatNameEachOtherTwice) {
  std::string text = "a0 = load;\n";
  for (int i = 1; i <= 150; ++i)
    text += fmt::format("a{} = $a{} + $a{};\n", i, i - 1, i - 1);
  EXPECT_EQ(value_of(text, 0).number, std::ldexp(2, 150));
  // The same where an action must find what it is about.
  const std::string rule = text + "$a150 > sum_inst load -> print \"%v\";";
  EXPECT_EQ(value_of(rule, 0).truth, Tri::yes);
}

TEST(Budget, AThousandRulesShareWhatIsTheSame) {
  const std::string rule = "some_inst (cpu * 2 > 1) -> print \"%i\";\n";
  ReadRules read(repeat(rule, 1000), 10);
  ASSERT_TRUE(read.valid()) << read.diagnostics().text();
  const Program program = compile(read.checked());
  EXPECT_EQ(program.rules.size(), 1000U);
  EXPECT_LT(program.code.size(), 20U);
}

}  // namespace
}  // namespace balance::testing
