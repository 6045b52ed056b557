#include "mosixd/nodes.h"

#include <gtest/gtest.h>

namespace mosix {
namespace {

Node loaded(double load) {
  Node node;
  node.load = load;
  node.cpus = 1;
  return node;
}

struct NodeTableTest : testing::Test {
  NodeTable table{{{1, "a"}, {2, "b"}, {3, "c"}}, 1};
  void SetUp() override { table.self() = loaded(4); }
};

TEST_F(NodeTableTest, ANodeIsUpWhenReachedAndHeard) {
  EXPECT_TRUE(table.up(1, 0));
  EXPECT_FALSE(table.up(2, 0));
  table.link(2, true);
  EXPECT_FALSE(table.up(2, 0));
  table.heard(2, loaded(1), 1000);
  EXPECT_TRUE(table.up(2, 2000));
  EXPECT_FALSE(table.up(2, 7000)) << "silent for six seconds";
  table.link(2, false);
  EXPECT_FALSE(table.up(2, 2000));
}

TEST_F(NodeTableTest, NamesAreTheTablesOwn) {
  Node liar = loaded(1);
  liar.id = 3;
  liar.host = "elsewhere";
  table.heard(2, liar, 0);
  EXPECT_EQ(table.row(2, 500).host, "b");
  EXPECT_EQ(table.row(2, 500).id, 2);
  EXPECT_DOUBLE_EQ(table.row(2, 500).age_s, 0.5);
  EXPECT_DOUBLE_EQ(table.row(3, 500).age_s, -1);
}

TEST_F(NodeTableTest, TheBestNodeIsWorthTheMove) {
  EXPECT_EQ(table.best(0), 0) << "nobody else is up";
  for (const int id : {2, 3}) {
    table.link(id, true);
    table.heard(id, loaded(id), 0);
  }
  EXPECT_EQ(table.best(0), 2);
  Node blocked = loaded(0);
  blocked.block = true;
  table.heard(2, blocked, 0);
  EXPECT_EQ(table.best(0), 0) << "3 + 1.3 is not below 4";
  table.heard(3, loaded(2.5), 0);
  EXPECT_EQ(table.best(0), 3);
}

}  // namespace
}  // namespace mosix
