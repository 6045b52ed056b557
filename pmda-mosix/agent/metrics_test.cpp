#include "agent/metrics.h"

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "agent/table_checks.h"

namespace mosix {
namespace {

bool may_be_stored(const agent::MetricRow& row) {
  return static_cast<const Metric&>(row).storing != Storing::never;
}

/// A difference is either a mistake or to be written down in the changelog.
TEST(Metrics, AreAsReleased) {
  std::ifstream in(TEST_FOLDER "/metrics.golden");
  const std::string golden{std::istreambuf_iterator<char>(in), {}};
  EXPECT_EQ(agent::describe(mosix_table(), may_be_stored), golden);
}

TEST(Metrics, HaveDistinctNamesAndIds) {
  const auto table = mosix_table();
  agent::expect_distinct(table);
  EXPECT_EQ(table.indoms.size(), static_cast<std::size_t>(kIndomCount));
}

TEST(Metrics, HaveHelp) {
  agent::expect_help(mosix_table());
}

}  // namespace
}  // namespace mosix
