// Hosts that tests ask about their metrics.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "check/check_test.h"
#include "check/nearest.h"

namespace balance::check {

inline constexpr std::uint32_t kProcesses = 1, kNodes = 2;  ///< domains

/// Hosts "" and a have all metrics, b lacks `load` and does not support `age`,
/// of c nobody answers for `load`, down does not answer, and there is no
/// archive of gone.
class FakeMetrics : public Metrics {
 public:
  Reply find(const std::string& metric, const std::string& host) override {
    ++asked;
    if (host == "down")
      return {Answer::unreachable, {}, "pmcd via down is unreachable"};
    if (host == "gone") return {Answer::no_archive, {}, ""};
    if (host == "b" && metric == "age")
      return {
          Answer::known, {MetricFacts::Kind::unknown, {}, false, false, 0}, ""};
    if (host == "c" && metric == "load")
      return {Answer::missing, {}, "no agent"};
    const auto found = metrics_.find(metric);
    const bool lacks = host == "b" && metric == "load";
    if (found == metrics_.end() || lacks) return {Answer::missing, {}, ""};
    return {Answer::known, found->second, ""};
  }
  std::string nearest(const std::string& metric, const std::string&) override {
    std::vector<std::string> names;
    for (const auto& [name, facts] : metrics_) names.push_back(name);
    return check::nearest(metric, names);
  }

  std::vector<std::string> instances(const std::string& metric,
                                     const std::string& host) override {
    if (metric != "rss" || host == "b") return {};
    return {"001 init", "002 sshd", "swap"};
  }

  int asked = 0;

 private:
  using Kind = MetricFacts::Kind;
  std::map<std::string, MetricFacts> metrics_ = {
      {"load", {Kind::number, {}, false, false, 0}},
      {"rss", {Kind::number, {1, 0, 0}, false, true, 3, kProcesses}},
      {"lone", {Kind::number, {}, false, true, 1}},
      {"empty", {Kind::number, {}, false, true, 0}},
      {"many", {Kind::number, {}, false, true, 10000}},
      {"age", {Kind::number, {0, 1, 0}, false, false, 0}},
      {"cpu", {Kind::number, {0, 1, 0}, true, true, 3, kProcesses}},
      {"proc.age", {Kind::number, {0, 1, 0}, true, true, 3, kProcesses}},
      {"node.load", {Kind::number, {}, false, true, 2, kNodes}},
      {"node.up", {Kind::number, {}, false, true, 2, kNodes}},
      {"sent", {Kind::number, {1, 0, 0}, true, false, 0}},
      {"reads", {Kind::number, {0, 0, 1}, true, false, 0}},
      {"state", {Kind::text, {}, false, false, 0}},
      {"blob", {Kind::other, {}, false, false, 0}},
  };
};

inline CheckedTexts read(const std::string& text, bool must_exist = true,
                         bool strict = false) {
  static FakeMetrics metrics;
  Options options;
  options.metrics = &metrics;
  options.metrics_must_exist = must_exist;
  options.units_are_errors = strict;
  return CheckedTexts({text}, options);
}

struct Row {
  const char* text;
  const char* codes;
  const char* message = "";
};

inline void expect_rows(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    SCOPED_TRACE(row.text);
    const CheckedTexts checked = read(row.text);
    const std::string text = checked.diagnostics().text();
    EXPECT_EQ(checked.codes(), row.codes) << text;
    EXPECT_NE(text.find(row.message), std::string::npos) << text;
  }
}

}  // namespace balance::check
