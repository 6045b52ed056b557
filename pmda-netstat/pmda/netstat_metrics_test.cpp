#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "pmda/metrics.h"

namespace netstat {
namespace {

std::string describe(const agent::MetricRow& row) {
  const auto& metric = static_cast<const Metric&>(row);
  const char* semantics = row.semantics == PM_SEM_COUNTER   ? "counter"
                          : row.semantics == PM_SEM_INSTANT ? "instant"
                                                            : "discrete";
  return fmt::format(
      "netstat.{} {}:{}:{} {} {} {} [{}]{}\n", row.name, kDomain, row.cluster,
      row.item,
      row.indom == agent::kSingular ? "-" : fmt::format("indom {}", row.indom),
      pmTypeStr(row.type), semantics, pmUnitsStr(&row.units),
      metric.storing == Storing::never ? "" : " may be stored");
}

/// Identities and meanings are what archives and rules depend on. A difference
/// is either a mistake or to be written down in the changelog.
TEST(Metrics, AreAsReleased) {
  std::string all;
  for (const agent::MetricRow* row : netstat_table().metrics)
    all += describe(*row);
  std::ifstream in(TEST_FOLDER "/metrics.golden");
  const std::string golden{std::istreambuf_iterator<char>(in), {}};
  EXPECT_EQ(all, golden);
}

TEST(Metrics, HaveDistinctNamesAndIds) {
  const auto table = netstat_table();
  std::set<std::string> names;
  std::set<std::pair<unsigned, unsigned>> ids;
  for (const agent::MetricRow* row : table.metrics) {
    EXPECT_TRUE(names.insert(row->name).second) << row->name;
    EXPECT_TRUE(ids.emplace(row->cluster, row->item).second) << row->name;
  }
  for (std::size_t i = 0; i < table.indoms.size(); ++i)
    EXPECT_EQ(table.indoms[i].serial, static_cast<int>(i));
  EXPECT_EQ(table.indoms.size(), static_cast<std::size_t>(kIndomCount));
}

void check_help(const std::string& name, const std::string& oneline,
                const std::string& help) {
  EXPECT_FALSE(oneline.empty()) << name;
  EXPECT_LE(oneline.size(), 60u) << name;
  EXPECT_NE(oneline.back(), '.') << name;
  std::istringstream lines(help);
  std::string line;
  int count = 0;
  for (; std::getline(lines, line); ++count) {
    EXPECT_LE(line.size(), 80u) << name << ": " << line;
    EXPECT_FALSE(line.starts_with('@')) << name << ": newhelp stops there";
  }
  EXPECT_GE(count, 1) << name;
}

TEST(Metrics, HaveHelp) {
  const auto table = netstat_table();
  for (const auto& row : table.indoms)
    check_help(fmt::format("indom {}", row.serial), row.oneline, row.help);
  for (const auto* row : table.metrics)
    check_help(row->name, row->oneline, row->help);
}

}  // namespace
}  // namespace netstat
