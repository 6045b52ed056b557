#include "record/logger_config.h"

#include <gtest/gtest.h>

namespace balance {
namespace {

/// Rules that fetch `metrics` each `delta_s`.
class Builder {
 public:
  Builder& task(double delta_s, const std::vector<MetricUse>& metrics) {
    Task& task = program_.tasks.emplace_back();
    task.delta_s = delta_s;
    task.first = program_.rules.size();
    task.count = 1;
    task.code = static_cast<std::uint32_t>(program_.code.size());
    for (const MetricUse& use : metrics) {
      Instruction& i = program_.code.emplace_back();
      i.op = Op::fetch;
      i.metric = static_cast<std::uint32_t>(program_.metrics.size());
      program_.metrics.push_back(use);
    }
    task.code_count = static_cast<std::uint32_t>(metrics.size());
    Rule& rule = program_.rules.emplace_back();
    rule.delta_s = delta_s;
    return *this;
  }
  Builder& plugin() {
    Branch& branch = program_.rules.back().branches.emplace_back();
    branch.action.kind = Action::Kind::plugin;
    return *this;
  }
  Program done() {
    program_.hosts = {"", "node1", "node2"};
    return program_;
  }

 private:
  Program program_;
};

MetricUse use(const std::string& name, std::vector<HostId> hosts,
              std::vector<std::string> instances = {}) {
  MetricUse out;
  out.name = name;
  out.hosts = std::move(hosts);
  out.instances = std::move(instances);
  return out;
}

/// Without comments.
std::string config(const Program& program, HostId host,
                   const LoggerNeeds& needs = {}) {
  std::string out = pmlogger_config(program, needs, host);
  while (out.starts_with('#')) out.erase(0, out.find('\n') + 1);
  return out;
}

TEST(LoggerConfig, OneBlockForEachInterval) {
  const Program program =
      Builder()
          .task(10, {use("slow.metric", {1})})
          .task(0.25, {use("fast.metric", {1, 2}), use("a.metric", {1})})
          .done();
  EXPECT_EQ(config(program, 1), R"(log mandatory on 250 msec {
    a.metric
    fast.metric
}
log mandatory on 10 sec {
    slow.metric
}
)");
  EXPECT_EQ(config(program, 2), R"(log mandatory on 250 msec {
    fast.metric
}
)");
}

TEST(LoggerConfig, TheFastestRuleDecidesAndInstancesAddUp) {
  const Program program =
      Builder()
          .task(10, {use("disk", {1}, {"sda", "sdb"}), use("cpu", {1}, {"0"})})
          .task(5, {use("disk", {1}, {"sdb", "x y"}), use("cpu", {1})})
          .task(20, {use("disk", {1}, {"sdc"})})
          .done();
  EXPECT_EQ(config(program, 1), R"(log mandatory on 5 sec {
    cpu
    disk [ "sda" "sdb" "x y" "sdc" ]
}
)");
}

TEST(LoggerConfig, AnInstanceThatPmloggerCannotSpellMeansAllOfThem) {
  const Program program =
      Builder().task(5, {use("disk", {1}, {"a", "b\"c"})}).done();
  EXPECT_EQ(config(program, 1), "log mandatory on 5 sec {\n    disk\n}\n");
}

TEST(LoggerConfig, NeedsOfPluginsCountForTheirRules) {
  LoggerNeeds needs;
  needs.metrics = {"mosix.proc.job", "", "load"};
  Builder builder;
  builder.task(5, {use("cpu", {1})});
  EXPECT_EQ(config(builder.done(), 1, needs),
            "log mandatory on 5 sec {\n    cpu\n}\n");
  builder.task(10, {use("load", {2})}).plugin();
  EXPECT_EQ(config(builder.done(), 2, needs),
            "log mandatory on 10 sec {\n    load\n    mosix.proc.job\n}\n");
}

TEST(LoggerConfig, IntervalsStayWithinWhatPmloggerTakes) {
  for (const auto& [delta_s, text] :
       std::vector<std::pair<double, std::string>>{{60, "60 sec"},
                                                   {0.5, "500 msec"},
                                                   {1e-5, "1 msec"},
                                                   {1e9, "268435455 msec"}}) {
    const Program program = Builder().task(delta_s, {use("a", {0})}).done();
    EXPECT_EQ(config(program, 0),
              "log mandatory on " + text + " {\n    a\n}\n");
  }
}

TEST(LoggerConfig, OperandsStandForADerivedMetric) {
  LoggerNeeds needs;
  needs.derived = read_derived("disk.total = disk.read + disk.write\n");
  const Program program = Builder()
                              .task(5, {use("disk.total", {1}, {"sda"})})
                              .task(10, {use("disk.read", {1}, {"sdb"})})
                              .done();
  const std::string text = pmlogger_config(program, needs, 1);
  EXPECT_NE(text.find("\n# disk.total = disk.read + disk.write\n"),
            std::string::npos)
      << text;
  EXPECT_EQ(config(program, 1, needs),
            "log mandatory on 5 sec {\n    disk.read\n    disk.write\n}\n");
}

TEST(LoggerConfig, AllHosts) {
  LoggerNeeds needs;
  needs.default_host = "here";
  const Program program =
      Builder().task(5, {use("a", {2, 0}), use("b", {0})}).done();
  EXPECT_EQ(hosts_of(program), (std::vector<HostId>{0, 2}));
  const std::string first = pmlogger_config(program, needs, 0);
  const std::string second = pmlogger_config(program, needs, 2);
  EXPECT_TRUE(first.starts_with("# host here\n"));
  EXPECT_TRUE(second.starts_with("# host node2\n"));
  EXPECT_EQ(pmlogger_config(program, needs), first + '\n' + second);
  EXPECT_EQ(pmlogger_config(Program{}, needs), "");
}

TEST(Derived, DefinitionsAndTheirOperands) {
  const DerivedMetrics got = read_derived(R"(# a.comment = b.c
  proc.age = kernel.all.uptime - proc.start
proc.age(oneline) = age of = one process
proc.age(helptext) = '\
what is = here
is.no = definition.of.anything'
util=100 * rate(kernel.all.cpu) / \
  hinv.ncpu * 1.5 + rate( kernel.all.cpu )
nothing =
)");
  ASSERT_EQ(got.size(), 2U);
  EXPECT_EQ(got.at("proc.age").expression, "kernel.all.uptime - proc.start");
  EXPECT_EQ(got.at("proc.age").operands,
            (std::vector<std::string>{"kernel.all.uptime", "proc.start"}));
  EXPECT_EQ(got.at("util").operands,
            (std::vector<std::string>{"kernel.all.cpu", "hinv.ncpu"}));
}

}  // namespace
}  // namespace balance
