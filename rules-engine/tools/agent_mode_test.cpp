#include "tools/agent_mode.h"

#include <cstdint>
#include <limits>
#include <map>
#include <memory>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "check/check.h"
#include "compile/compile.h"
#include "lang/parse.h"
#include "tools/agent_pdu.h"

namespace balance {
namespace {

/// Recorded from pmie 6.0.3 -x -t 1: what it wrote until after the second
/// evaluation of
///   summary.cpu.util = kernel.all.load #'1 minute' * 0 + 2.5;
///   summary.cpu.busy = sum_inst disk.dev.total * 0 - 1;
///   summary.disk.busy = kernel.all.load #'1 minute' * 0 + 1 / 0;
///   summary.netif.packets = avg_inst disk.dev.read_bytes * 0 + 1e9;
constexpr const char* kRecorded[] = {
    "00000020000070050000000106c0000100000005ffffffff0000000300003000",
    "00000020000070050000000106c0000200000005ffffffff000000030f103000",
    "00000020000070050000000106c0000400000005ffffffff0000000300003000",
    "00000020000070050000000106c0000600000005ffffffff000000031f003000",
    "0000005000007001000000010000000000000000"
    "0000000406c000010000000100000001ffffffff0000001106c00002ffffcfc1"
    "06c000040000000006c00006ffffcfc10500000c4004000000000000",
    "0000008000007001000000010000000000000000"
    "0000000406c000010000000100000001ffffffff0000001706c00002"
    "0000000100000001ffffffff0000001a06c000040000000006c00006"
    "0000000100000001ffffffff0000001d0500000c4004000000000000"
    "0500000cbff00000000000000500000c41cdcd6500000000"};

std::string hex(const std::string& bytes) {
  std::string out;
  for (const char c : bytes)
    out += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return out;
}

constexpr pmID kUtil = 0x06c00001;
const std::map<std::string, pmID> kNames = {
    {"summary.cpu.util", kUtil},
    {"summary.cpu.busy", 0x06c00002},
    {"summary.disk.busy", 0x06c00004},
    {"summary.netif.packets", 0x06c00006},
};

base::Result<std::vector<pmID>> ids(const std::vector<std::string>& names) {
  std::vector<pmID> out;
  for (const std::string& name : names) {
    const auto found = kNames.find(name);
    out.push_back(found == kNames.end() ? PM_ID_NULL : found->second);
  }
  return out;
}

class FakeMetrics : public check::Metrics {
 public:
  Reply find(const std::string& metric, const std::string&) override {
    if (metric == "absent") return {Answer::missing, {}, ""};
    Reply out{Answer::known, {}, ""};
    out.facts.counter = metric != "load" && metric != "name";
    if (metric == "reads") out.facts.dimension = {0, 0, 1};
    if (metric == "sent") out.facts.dimension = {1, 0, 0};
    if (metric == "name") out.facts.kind = check::MetricFacts::Kind::text;
    return out;
  }
  std::string nearest(const std::string&, const std::string&) override {
    return "";
  }
};

/// Rules as a program, and their metrics.
class Rules {
 public:
  explicit Rules(const std::string& text, const MetricIds& lookup = ids)
      : source_(std::make_shared<const base::SourceFile>("rules", text)) {
    lang::Names names;
    files_.push_back(lang::parse(source_, names, diagnostics_));
    check::Options options;
    options.delta_s = 1;
    options.metrics = &known_;
    check::Checked checked = check::check(files_, {}, options, diagnostics_);
    metrics = agent_metrics(checked, lookup, diagnostics_);
    if (!diagnostics_.has_errors()) program = compile(checked);
  }

  std::string messages() const {
    std::string out;
    for (const base::Diagnostic& one : diagnostics_.all())
      if (one.severity == base::Diagnostic::Severity::error)
        out += fmt::format("{} {}: {}\n", base::place_text(one.span), one.code,
                           one.message);
    return out;
  }

  std::vector<AgentMetric> metrics;
  Program program;

 private:
  std::shared_ptr<const base::SourceFile> source_;
  base::Diagnostics diagnostics_;
  std::vector<lang::File> files_;
  FakeMetrics known_;
};

/// `load` is 1, the counters grow by 5 each second.
Snapshot snapshot_at(double now_s) {
  Snapshot out(now_s);
  for (const char* metric : {"load", "reads", "sent"}) {
    auto sample = std::make_shared<Sample>();
    sample->taken_s = sample->received_s = now_s;
    sample->numbers = {1};
    if (std::string(metric) != "load") {
      sample->counter = true;
      sample->numbers = {5 * now_s};
    }
    out.put(metric, 0, sample);
  }
  return out;
}

/// What is written at first and at the given number of evaluations.
std::vector<std::string> stream(const Rules& rules, int evaluations) {
  std::vector<std::string> out;
  AgentStream agent(
      rules.program, rules.metrics,
      [&out](const std::string& message) { out.push_back(hex(message)); });
  Evaluator columns(rules.program);
  for (int i = 0; i < evaluations; ++i)
    for (const Task& task : rules.program.tasks) {
      columns.run(task, snapshot_at(i));
      agent.evaluated(task, columns, {});
    }
  return out;
}

TEST(AgentMode, WritesTheSameBytesAsPmie) {
  const Rules rules(
      "summary.cpu.util = load * 0 + 2.5;\n"
      "summary.cpu.busy = reads * 0 - 1;\n"
      "summary.disk.busy = load * 0 + 1 / 0;\n"
      "summary.netif.packets = sent * 0 + 1e9;\n");
  EXPECT_EQ(rules.messages(), "");
  EXPECT_EQ(stream(rules, 2), std::vector<std::string>(std::begin(kRecorded),
                                                       std::end(kRecorded)));
}

/// The value, "none" or the code of the error, of the only metric.
std::string last_value(const std::string& expression) {
  const Rules rules("summary.cpu.util = " + expression);
  const auto messages = stream(rules, 1);
  for (const AgentValue& value :
       {AgentValue{kUtil, 0}, AgentValue{kUtil, 1}, AgentValue{kUtil, 2}})
    if (messages.back() == hex(result_pdu({value})))
      return fmt::format("{}", value.number);
  if (messages.back() == hex(result_pdu({{kUtil, no_number()}})))
    return "error";
  const double infinite = std::numeric_limits<double>::infinity();
  return messages.back() == hex(result_pdu({{kUtil, infinite}}))
             ? "none"
             : messages.back() + rules.messages();
}

TEST(AgentMode, ValuesAreNumbers) {
  const std::pair<const char*, const char*> kTable[] = {
      {"load", "1"},           {"load + 1", "2"},
      {"load > 0", "1"},       {"load > 1", "0"},
      {"reads > 1", "error"},  {"reads", "error"},
      {"load / 0", "none"},    {"0 * load / 0", "none"},
      {"load :a :b", "error"},  // a has none
      {"load @0..2", "1"},
  };
  for (const auto& [text, expected] : kTable)
    EXPECT_EQ(last_value(text), expected) << text;
}

std::string units_of(const std::string& expression) {
  const Rules rules("summary.cpu.util = " + expression);
  if (rules.metrics.empty()) return rules.messages();
  const auto& is = rules.metrics[0].units;
  return fmt::format("byte^{} sec^{} count^{}", is[0], is[1], is[2]);
}

TEST(AgentMode, UnitsAreCanonical) {
  const std::pair<const char*, const char*> kTable[] = {
      {"load", "byte^0 sec^0 count^0"},
      {"reads", "byte^0 sec^-1 count^1"},
      {"sent", "byte^1 sec^-1 count^0"},
      {"instant sent", "byte^1 sec^0 count^0"},
      {"sent / reads", "byte^1 sec^0 count^-1"},
      {"sent > 3", "byte^0 sec^0 count^0"},
      {"count_host (load > 3)", "byte^0 sec^0 count^1"},
      {"count_host (load > 3) / count_host (load > 0)", "byte^0 sec^0 count^0"},
      {"1 / sent", "byte^-1 sec^1 count^0"},
      // More than a descriptor can say.
      {"1 / sent / sent / sent / sent / sent / sent / sent / sent / "
       "sent",
       "byte^0 sec^0 count^0"},
  };
  for (const auto& [text, expected] : kTable)
    EXPECT_EQ(units_of(text), expected) << text;
}

TEST(AgentMode, UnitsOfUnknownMetricsAreUnknown) {
  const std::pair<const char*, int> kTable[] = {
      {"summary.cpu.util = load;", PM_TYPE_DOUBLE},
      {"summary.cpu.util = 1 + absent;", PM_TYPE_NOSUPPORT},
      {"summary.cpu.busy = absent; summary.cpu.util = $summary.cpu.busy;",
       PM_TYPE_NOSUPPORT},
      {"summary.cpu.util = absent > 0;", PM_TYPE_DOUBLE},
  };
  for (const auto& [text, expected] : kTable)
    EXPECT_EQ(Rules(text).metrics.back().type, expected) << text;
}

TEST(AgentMode, RefusesWhatIsNoMetric) {
  const std::pair<const char*, const char*> kTable[] = {
      {"threshold = 5; word = \"load\"; summary.cpu.util = $word;", ""},
      {"load > 0;",
       "rules:1:1 A01: with -x a statement needs the name of a metric\n"},
      {"summary.cpu.util = load > 0 -> print \"x\";",
       "rules:1:32 A01: with -x a statement gives a value; it has no action\n"},
      {"summary.cpu.util = ruleset load > 0 -> print \"x\" "
       "otherwise -> print \"y\";",
       "rules:1:1 A01: with -x a statement gives a value; it has no action\n"},
      {"summary.cpu.util = name;",
       "rules:1:20 A01: with -x a statement gives a number; this is a text\n"},
      {"\n summary.cpu.utl = load;",
       "rules:2:2 A01: with -x a name is that of a metric; `summary.cpu.utl` "
       "is not in the name space\n"},
  };
  for (const auto& [text, expected] : kTable)
    EXPECT_EQ(Rules(text).messages(), expected) << text;
}

TEST(AgentMode, NeedsANameSpace) {
  const MetricIds none = [](const auto&) -> base::Result<std::vector<pmID>> {
    return base::fail(0, "there is none");
  };
  EXPECT_EQ(Rules("summary.cpu.util = load;", none).messages(),
            " A01: there is none\n");
}

}  // namespace
}  // namespace balance
