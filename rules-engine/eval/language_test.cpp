// The language's additions, as text: what must be decided.
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "check/check_test.h"
#include "engine/calls.h"
#include "eval/decider.h"
#include "eval/policy.h"
#include "plugins/migrate/clauses.h"
#include "rule_test/load_rules.h"
#include "rule_test/report.h"
#include "rule_test/run_test.h"
#include "rule_test/series.h"

namespace balance {
namespace {

TestKit kit() {
  TestKit out;
  out.read = [](const std::string& path)
      -> base::Result<std::shared_ptr<const base::SourceFile>> {
    std::ifstream in(path);
    if (!in) return base::fail(errno, path);
    std::ostringstream text;
    text << in.rdbuf();
    return std::make_shared<const base::SourceFile>(path, text.str());
  };
  out.actions = check::test_catalogue();
  pmb_action migrate{};
  migrate.needs = migrate_needs().data();
  migrate.n_needs = migrate_needs().size();
  out.needs["migrate"] = needs_of(migrate);
  return out;
}

TEST(Language, DecidesAsItsTestsSay) {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(TEST_DATA)) {
    if (entry.path().extension() != ".test") continue;
    ++files;
    const FileResult result = run_test_file(entry.path().string(), kit());
    EXPECT_EQ(result.error, "");
    EXPECT_EQ(result.failed(), 0U) << report_text({&result, 1});
    for (const TestResult& test : result.tests)
      EXPECT_TRUE(test.warnings.empty())
          << test.title << ": " << test.warnings.front();
  }
  EXPECT_GE(files, 1U);
}

/// The rules and the series of one test, run by hand.
class Replay {
 public:
  explicit Replay(const std::string& text, std::uint64_t seed = 0) {
    auto file = read_test_file(
        std::make_shared<const base::SourceFile>("test", "# T\n" + text));
    EXPECT_TRUE(file.has_value());
    const RuleTest& test = file->tests.front();
    auto rules = load_rules(*file, test, kit());
    EXPECT_TRUE(rules.has_value() && rules->program);
    program_ = std::move(*rules->program);
    program_.hosts.front() = "node1";
    source_ = std::make_unique<Series>(program_.hosts, kDelta_s, test.series);
    Decider::Options options;
    options.seed = seed;
    options.needs = kit().needs;
    decider_ = std::make_unique<Decider>(program_, std::move(options));
  }

  const Program& program() const { return program_; }
  /// All that is decided at the first `n` evaluations.
  std::vector<Decision> decide(std::size_t n) {
    std::vector<Decision> out;
    for (std::size_t k = 0; k < n; ++k) {
      const double now_s = static_cast<double>(k) * kDelta_s;
      const Snapshot snapshot = source_->take(now_s);
      decider_->begin(snapshot);
      for (const Task& task : program_.tasks) decider_->columns(task, snapshot);
      for (const Rule& rule : program_.rules)
        for (Decision& each : decider_->evaluate(rule, snapshot).decisions) {
          decider_->end(each.move, MoveState::done, now_s);
          out.push_back(std::move(each));
        }
    }
    return out;
  }

 private:
  static constexpr double kDelta_s = 5;
  Program program_;
  std::unique_ptr<Series> source_;
  std::unique_ptr<Decider> decider_;
};

constexpr const char* kTable = R"(
every 5 sec
rules {
  off = mosix.self.load > 1 -> migrate pick 1 by cpu to max mosix.node.free;
}
mosix.self.id :node1 : 7   mosix.self.load :node1 : 2
mosix.node.id :node1 'node1' : 7   mosix.node.id :node1 'fast.example.org' : 42
mosix.node.free :node1 'node1' : 9   mosix.node.free :node1 'fast.example.org' : 5
cpu :node1 '001001 a' : 0.9   mosix.proc.where :node1 '001001 a' : 7
mosix.proc.job :node1 '001001 a' : "7:1001:55"
mosix.proc.home :node1 '001001 a' : 7   mosix.proc.uid :node1 '001001 a' : 0
at 0 none
)";

TEST(Language, TheNodeOfARowReachesThePlugin) {
  const auto decisions = Replay(kTable).decide(1);
  ASSERT_EQ(decisions.size(), 1U);
  const Call call = make_call(decisions[0]);
  EXPECT_EQ(call.target_node, 42);
  EXPECT_EQ(call.target_host, "fast.example.org");
  EXPECT_EQ(call.source_node, 7);
  EXPECT_EQ(call.source_host, "node1");
  EXPECT_EQ(call.job, "7:1001:55");
}

TEST(Language, WhatAProgramDealsWith) {
  const struct {
    const char* action;
    const char* hosts;
    bool rows;
  } table[] = {
      {"migrate pick 1 by cpu :a to :b :c", "a b c", false},
      {"migrate pick 1 by cpu :a to best", "a", false},
      {"migrate pick 1 by cpu to best", "node1 a", false},
      {"migrate pick 1 by cpu :a to min load", "a", true},
      {"migrate pick 1 by cpu :a to min target(load) among load", "a", true},
      {"print \"x\" | migrate pick 1 by cpu :a to best among load", "a", true},
      {"migrate pick 1 by cpu :a to min target(load) among :b", "a b", false},
  };
  for (const auto& row : table) {
    SCOPED_TRACE(row.action);
    const Replay replay(
        fmt::format("rules {{\n  max_host cpu :a > 0 -> {};\n}}\n"
                    "cpu :a 'x' : 0\nat 0 none\n",
                    row.action));
    std::string hosts;
    for (const HostId host : hosts_of_program(replay.program()))
      hosts += (hosts.empty() ? "" : " ") + replay.program().hosts[host];
    EXPECT_EQ(hosts, row.hosts);
    EXPECT_EQ(asks_rows(replay.program()), row.rows);
  }
}

/// Ten nodes, of which eight are within 0.05 of the best.
std::string near_equals() {
  std::string out = R"(
every 5 sec
rules {
  off = load :node1 > 1 -> migrate pick 1 by cpu to min load :n0 :n1 :n2 :n3 :n4 :n5 :n6 :n7 :n8 :n9 within 0.05;
}
load :node1 : 2x40   cpu :node1 '001001 a' : 0.9x40
mosix.self.id :node1 : 1x40   mosix.proc.where :node1 '001001 a' : 1x40
)";
  for (int i = 0; i < 10; ++i)
    out += fmt::format("load :n{} : {}x40\n", i,
                       i < 8 ? 0.5 + 0.005 * i : 0.5501 + i);
  return out + "at 0 none\n";
}

std::vector<std::string> targets(std::uint64_t seed) {
  std::vector<std::string> out;
  for (const Decision& each : Replay(near_equals(), seed).decide(40))
    out.push_back(each.target_name);
  return out;
}

TEST(Language, NearEqualsAreChosenAlikeInEachReplay) {
  const auto first = targets(0);
  ASSERT_EQ(first.size(), 40U);
  EXPECT_EQ(targets(0), first);
  EXPECT_NE(targets(1), first) << "the seed has no effect";
  const std::set<std::string> used(first.begin(), first.end());
  EXPECT_GT(used.size(), 3U) << "all on the same nodes";
  EXPECT_FALSE(used.contains("n8"));
  EXPECT_FALSE(used.contains("n9"));
}

}  // namespace
}  // namespace balance
