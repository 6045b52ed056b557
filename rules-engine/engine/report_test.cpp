#include "engine/report.h"

#include <cstdlib>
#include <ctime>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

namespace balance {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kBegin = 1600000000;  // Sun Sep 13 12:26:40 2020 UTC

/// "h0" and so on; instances of host 0, then of host 1 …; "": no instance.
std::shared_ptr<const Index> index_of(
    const std::vector<std::vector<std::string>>& hosts) {
  auto out = std::make_shared<Index>();
  auto names = std::make_shared<std::vector<std::string>>();
  for (const auto& host : hosts)
    names->insert(names->end(), host.begin(), host.end());
  out->owners.push_back(names);
  std::size_t at = 0;
  for (HostId host = 0; host < hosts.size(); ++host) {
    out->hosts.push_back(host);
    for (std::size_t i = 0; i < hosts[host].size(); ++i, ++at) {
      const bool none = (*names)[at].empty();
      out->keys.push_back({host, 1, none ? kNoInstance : static_cast<int>(i)});
      out->names.emplace_back((*names)[at]);
    }
    out->end_host();
  }
  return out;
}

Column numbers(std::shared_ptr<const Index> index, std::vector<double> values,
               std::uint32_t samples = 1) {
  Column out;
  out.type = Type::number;
  out.index = std::move(index);
  out.numbers = std::move(values);
  out.samples = samples;
  return out;
}

/// 't', 'f', 'u'
Column truths(std::shared_ptr<const Index> index, const std::string& values,
              std::uint32_t samples = 1) {
  Column out;
  out.type = Type::truth;
  out.index = std::move(index);
  out.samples = samples;
  for (const char c : values)
    out.truths.push_back(c == 't'   ? Tri::yes
                         : c == 'f' ? Tri::no
                                    : Tri::unknown);
  return out;
}

Column texts(std::shared_ptr<const Index> index,
             std::vector<std::optional<std::string>> values) {
  Column out;
  out.type = Type::text;
  out.index = std::move(index);
  out.texts = std::move(values);
  return out;
}

std::string show(ValueStyle style, const ShownColumns& shown,
                 bool acts = false) {
  Program program;
  Rule rule;
  rule.name = "x";
  if (acts) rule.branches.emplace_back();
  program.rules = {rule};
  Task task;
  task.count = 1;
  ValueFormat format;
  format.style = style;
  format.host_name = [](HostId host) { return "h" + std::to_string(host); };
  std::string out = values_text(
      program, task, kBegin, [&](const Rule&) { return shown; }, format);
  // One rule, then pmie's empty line.
  EXPECT_EQ(out.substr(0, 3), "x: ");
  EXPECT_EQ(out.substr(out.size() - 2), "\n\n");
  return out.substr(3, out.size() - 5);
}

const auto kOne = index_of({{""}});
const auto kThree = index_of({{"a one", "b", "c"}});
const auto kTwoHosts = index_of({{"a", "b"}, {"a"}});

TEST(Values, NumbersAreWrittenAsPmieWritesThem) {
  const std::vector<std::pair<double, std::string>> kTable = {
      {0, "0"},
      {-0.0, "0"},
      {5, "5"},
      {-17, "-17"},
      {0.125, "0.125"},
      {-0.25, "-0.25"},
      {1e-7, "1e-07"},
      {1.0 / 3, "0.333333"},
      {0.5, "0.50"},
      {2.25, "2.25"},
      {3.5, "3.50"},
      {-3.5, "-3.50"},
      {10.375, "10.4"},
      {49.96, "50.0"},
      {50.5, "50"},
      {1080.5, "1080"},
      {123456.7, "123457"},
      {1e10, "10000000000"},
      {-9e9, "-9000000000"},
      {1e17, "100000000000000000"},
      {kInf, "inf"},
      {-kInf, "-inf"},
      {kNan, "?"},
      {no_number(), "?"},
  };
  for (const auto& [value, expected] : kTable)
    EXPECT_EQ(value_text(numbers(kOne, {value})), expected) << value;
}

TEST(Values, PlainOnesStandInALine) {
  EXPECT_EQ(value_text(numbers(kThree, {1, 9, no_number()})), "1 9 ?");
  EXPECT_EQ(value_text(truths(kThree, "tfu")), "true false unknown");
  EXPECT_EQ(value_text(texts(kThree, {"s", "", std::nullopt})), "\"s\" \"\" ?");
  EXPECT_EQ(value_text(numbers(index_of({{}}), {})), "?");
  EXPECT_EQ(value_text(Column{}), "?");
  EXPECT_EQ(value_text(numbers(single_index(), {7})), "7");
}

TEST(Values, OfAWindowAreGivenElementByElementNewestFirst) {
  const Column window =
      numbers(kThree, {1, no_number(), 9, 8, 5, no_number()}, 2);
  EXPECT_EQ(value_text(window), "1 ? 9 8 5 ?");
  EXPECT_EQ(show(ValueStyle::named, {.value = &window}),
            "\n    h0: [a one] 1 ?\n    h0: [b] 9 8\n    h0: [c] 5 ?");
}

TEST(Values, AreNamedWithHostsAndInstances) {
  const Column three = numbers(kThree, {1, 9, no_number()});
  EXPECT_EQ(show(ValueStyle::named, {.value = &three}),
            "\n    h0: [a one] 1\n    h0: [b] 9\n    h0: [c] ?");
  const Column hosts = truths(kTwoHosts, "tfu");
  EXPECT_EQ(show(ValueStyle::named, {.value = &hosts}),
            "\n    h0: [a] true\n    h0: [b] false\n    h1: [a] unknown");
  const Column one = numbers(kOne, {15});
  EXPECT_EQ(show(ValueStyle::named, {.value = &one}), "\n    h0: 15");
}

TEST(Values, AreNotNamedWherePmieDoesNot) {
  const Column none = numbers(kThree, std::vector<double>(3, no_number()));
  EXPECT_EQ(show(ValueStyle::named, {.value = &none}), "? ? ?");
  const Column unknown = truths(kOne, "u");
  EXPECT_EQ(show(ValueStyle::named, {.value = &unknown}), "unknown");
  const Column single = numbers(single_index(), {7});
  EXPECT_EQ(show(ValueStyle::named, {.value = &single}), "7");
  const Column truth = truths(kOne, "t");
  EXPECT_EQ(show(ValueStyle::named, {.value = &truth}), "\n    h0: true");
  EXPECT_EQ(show(ValueStyle::named, {.value = &truth}, true), "true");
  // 0/0 is a value.
  const Column nan = numbers(kOne, {kNan});
  EXPECT_EQ(show(ValueStyle::named, {.value = &nan}), "\n    h0: ?");
}

TEST(Values, ThatSatisfyAreShownAlone) {
  const Column value = truths(kOne, "t");
  const Column binding = truths(kThree, "ftt");
  const Column bound = numbers(kThree, {1, 9, 5});
  EXPECT_EQ(show(ValueStyle::satisfying,
                 {.value = &value, .binding = &binding, .bound = &bound}, true),
            "\n    h0: [b] 9\n    h0: [c] 5");
  EXPECT_EQ(show(ValueStyle::satisfying, {.value = &binding, .bound = &bound}),
            "\n    h0: [b] 9\n    h0: [c] 5");
  EXPECT_EQ(show(ValueStyle::satisfying, {.value = &binding}),
            "\n    h0: [b] true\n    h0: [c] true");
  const Column window = numbers(kThree, {1, 2, 9, 8, 5, no_number()}, 2);
  EXPECT_EQ(show(ValueStyle::satisfying, {.value = &binding, .bound = &window}),
            "\n    h0: [b] 9 8\n    h0: [c] 5 ?");
  const Column scalar = numbers(kOne, {4});
  EXPECT_EQ(show(ValueStyle::satisfying, {.value = &binding, .bound = &scalar}),
            "\n    h0: [b] 4\n    h0: [c] 4");
  const Column other = numbers(kTwoHosts, {1, 2, 3});
  EXPECT_EQ(show(ValueStyle::satisfying, {.value = &binding, .bound = &other}),
            "\n    h0: [b] 2\n    h0: [c] ?");
}

TEST(Values, ThatAreExtremesNameTheirInstances) {
  const Column most = numbers(index_of({{""}, {""}}), {9, 3});
  const Column all = numbers(index_of({{"a", "b"}, {"a", "b"}}), {1, 9, 3, 3});
  EXPECT_EQ(show(ValueStyle::named, {.value = &most, .extreme = &all}),
            "\n    h0: [b] 9\n    h1: [a] 3");
  const Column truth = truths(kOne, "t");
  const Column one = numbers(kOne, {9});
  EXPECT_EQ(show(ValueStyle::satisfying,
                 {.value = &truth, .binding = &one, .extreme = &all}),
            "\n    h0: [b] 9");
  EXPECT_EQ(show(ValueStyle::named, {.value = &truth, .extreme = &all}),
            "\n    h0: true");
  const Column hosts = numbers(index_of({{""}, {""}}), {3, 9});
  const Column both = numbers(single_index(), {9});
  EXPECT_EQ(show(ValueStyle::satisfying,
                 {.value = &truth, .binding = &both, .extreme = &hosts}),
            "\n    h1: 9");
  EXPECT_EQ(show(ValueStyle::named, {.value = &both, .extreme = &hosts}), "9");
}

TEST(Values, ThatSatisfyMayBeNone) {
  const Column value = truths(kOne, "f");
  const Column binding = truths(kThree, "fff");
  EXPECT_EQ(
      show(ValueStyle::satisfying, {.value = &value, .binding = &binding}), "");
  const Column unknown = truths(kOne, "u");
  EXPECT_EQ(
      show(ValueStyle::satisfying, {.value = &unknown, .binding = &binding}),
      "unknown");
  const Column lost = truths(kThree, "uuu");
  const Column yes = truths(kOne, "t");
  EXPECT_EQ(show(ValueStyle::satisfying, {.value = &yes, .binding = &lost}),
            " <no bindings available>");
  const Column constant = truths(single_index(), "t");
  EXPECT_EQ(show(ValueStyle::satisfying, {.value = &constant}), "true");
  const Column number = numbers(kOne, {3});
  EXPECT_EQ(show(ValueStyle::satisfying, {.value = &number}), "\n    h0: 3");
}

TEST(Values, OfATaskAreOneBlock) {
  setenv("TZ", "UTC", 1);
  tzset();
  Program program;
  for (const char* name : {"a", "b", "hidden", "c"}) {
    Rule rule;
    rule.name = name;
    rule.show = rule.name != "hidden";
    program.rules.push_back(rule);
  }
  Task task;
  task.first = 1;
  task.count = 3;
  const Column one = numbers(kThree, {1, 9, 5});
  const auto shown = [&](const Rule&) { return ShownColumns{.value = &one}; };
  ValueFormat format;
  format.style = ValueStyle::plain;
  EXPECT_EQ(values_text(program, task, kBegin, shown, format),
            "b: 1 9 5\nc: 1 9 5\n\n");
  format.times = true;
  EXPECT_EQ(values_text(program, task, kBegin + 0.75, shown, format),
            "b (Sun Sep 13 12:26:40 2020): 1 9 5\n"
            "c (Sun Sep 13 12:26:40 2020): 1 9 5\n\n");
  format.style = ValueStyle::applet;
  EXPECT_EQ(values_text(program, task, kBegin, shown, format),
            "1 9 5 1 9 5 \n");
}

}  // namespace
}  // namespace balance
