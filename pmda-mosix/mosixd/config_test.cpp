#include "mosixd/config.h"

#include <gtest/gtest.h>

namespace mosix {
namespace {

TEST(Config, ReadsItsKeys) {
  const auto config = parse_config(
      "# a comment\n"
      "node = 2   # ours\n"
      "nodes = /n\nstate_dir=/s\nrun_dir = /r\ncriu = /c u\ncgroup = mosix\n"
      "ssh_options = A=1 B=2\nspeed = 1.5\n",
      "f");
  ASSERT_TRUE(config) << config.error().text;
  EXPECT_EQ(config->node, 2);
  EXPECT_EQ(config->criu, "/c u");
  EXPECT_EQ(config->socket(), "/r/mosixd.sock");
  EXPECT_EQ(config->ssh_options, (std::vector<std::string>{"A=1", "B=2"}));
  EXPECT_DOUBLE_EQ(config->speed, 1.5);
}

TEST(Config, SaysAllErrorsWithTheirLines) {
  const auto config =
      parse_config("node = 0\n\ncolour = red\nnonsense\nspeed = nan\n", "f");
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().text,
            "f:1: node is a number from 1 to 65535\n"
            "f:3: unknown key colour\n"
            "f:4: expected: key = value\n"
            "f:5: speed is a number above 0");
  EXPECT_EQ(
      parse_config("nodes = /n\nrun_dir = /r\ncriu = c\n", "f").error().text,
      "f: state_dir is not set\nf: cgroup is not set");
}

TEST(Nodes, ReadsMosixMaps) {
  const auto nodes = parse_nodes("1 node1 1\n5 pc7 3 # three\n9 far\n", "f");
  ASSERT_TRUE(nodes) << nodes.error().text;
  std::string text;
  for (const auto& node : *nodes)
    text += fmt::format("{}={} ", node.id, node.host);
  EXPECT_EQ(text, "1=node1 5=pc7 6=pc8 7=pc9 9=far ");
}

TEST(Nodes, RefusesWrongMaps) {
  const auto nodes =
      parse_nodes("x node1 1\n1 a 1\n1 b 1\n2 alpha 2\n70000 c 1\n", "f");
  ASSERT_FALSE(nodes);
  EXPECT_EQ(nodes.error().text,
            "f:1: expected: FIRST-ID HOST COUNT\n"
            "f:3: node 1 is given twice\n"
            "f:4: alpha does not end in a number, so COUNT must be 1\n"
            "f:5: node ids go from 1 to 65535");
  EXPECT_EQ(parse_nodes("# nothing\n", "f").error().text, "f: no nodes");
}

}  // namespace
}  // namespace mosix
