#include "mosixd/requests.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

namespace mosix {
namespace {

struct RequestTableTest : testing::Test {
  std::string dir = testing::TempDir() + "requests-" + std::to_string(getpid());
  std::string path = dir + "/requests.jsonl";
  void SetUp() override { std::filesystem::create_directory(dir); }
  void TearDown() override { std::filesystem::remove_all(dir); }

  static RequestTable::Row row(const std::string& id, int to = 2) {
    RequestTable::Row row;
    row.request.id = id;
    row.request.job = "1:2:3";
    row.request.to = to;
    return row;
  }
};

TEST_F(RequestTableTest, SurvivesARestart) {
  {
    RequestTable table;
    ASSERT_TRUE(table.open(path));
    table.add(row("a"));
    auto& b = table.add(row("b"));
    b.request.state = RequestState::refused;
    b.request.reason = "cantmove: \xff";
    table.changed(b);
  }
  std::ofstream(path, std::ios::app) << "{\"id\": \"cut o";
  RequestTable table;
  ASSERT_TRUE(table.open(path));
  ASSERT_EQ(table.rows().size(), 2u);
  EXPECT_EQ(table.find("a")->request.state, RequestState::queued);
  EXPECT_EQ(table.find("b")->request.state, RequestState::refused);
  EXPECT_EQ(table.find("b")->request.seq, 2u);
  EXPECT_EQ(table.add(row("c")).request.seq, 3u);
}

TEST_F(RequestTableTest, ForgetsTheOldestThatAreOver) {
  RequestTable table;
  ASSERT_TRUE(table.open(path));
  for (std::size_t i = 0; i < RequestTable::kMax + 5; ++i) {
    auto& added = table.add(row("r" + std::to_string(i)));
    added.request.state = RequestState::done;
    table.changed(added);
  }
  EXPECT_EQ(table.rows().size(), RequestTable::kMax);
  EXPECT_EQ(table.find("r0"), nullptr);
  EXPECT_NE(table.find("r5"), nullptr);
}

TEST_F(RequestTableTest, CountsOutcomes) {
  RequestTable table;
  ASSERT_TRUE(table.open(path));
  const auto end = [&](const char* id, int to, RequestState state) {
    auto& added = table.add(row(id, to));
    added.request.state = state;
    table.changed(added);
  };
  end("a", 2, RequestState::done);
  end("b", 3, RequestState::done);
  end("c", 2, RequestState::done);
  end("d", 2, RequestState::failed);
  end("e", 2, RequestState::undecided);
  const MigrationCounters counters = table.counters();
  EXPECT_EQ(counters.asked, 5u);
  EXPECT_EQ(counters.done, 3u);
  EXPECT_EQ(counters.failed, 1u);
  ASSERT_EQ(counters.to.size(), 2u);
  EXPECT_EQ(counters.to[0].node, 2);
  EXPECT_EQ(counters.to[0].done, 2u);
}

}  // namespace
}  // namespace mosix
