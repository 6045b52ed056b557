#include "tools/moves_file.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace balance {
namespace {

class MovesFile : public testing::Test {
 protected:
  ~MovesFile() override { std::filesystem::remove_all(folder_); }
  const std::string folder_ =
      testing::TempDir() + "moves-" +
      testing::UnitTest::GetInstance()->current_test_info()->name();
  const std::string path_ = folder_ + "/below/some.moves";
};

TEST_F(MovesFile, KeepsWhatCooldownsAndLimitsAskFor) {
  Move done{.id = 7,
            .process = "1:1000:5",
            .rule = "offload",
            .run = 3,
            .source = "node1",
            .target = "node2",
            .user = "1000",
            .asked_s = 1e9 + 0.5,
            .ended_s = 1e9 + 2,
            .state = MoveState::done};
  Move open = done;
  open.process = "node1#12 \xff";
  open.state = MoveState::asked;
  ASSERT_TRUE(write_moves(path_, {done, open}).has_value());
  const auto read = read_moves(path_, 2e9);
  ASSERT_TRUE(read.has_value());
  ASSERT_EQ(read->size(), 2U);
  const Move& first = read->front();
  EXPECT_EQ(first.process, done.process);
  EXPECT_EQ(first.rule, done.rule);
  EXPECT_EQ(first.source, done.source);
  EXPECT_EQ(first.target, done.target);
  EXPECT_EQ(first.user, done.user);
  EXPECT_DOUBLE_EQ(first.asked_s, done.asked_s);
  EXPECT_DOUBLE_EQ(first.ended_s, done.ended_s);
  EXPECT_EQ(first.state, MoveState::done);
  EXPECT_EQ(first.run, 0U) << "runs are counted anew";
  EXPECT_EQ(read->back().state, MoveState::failed);
  EXPECT_DOUBLE_EQ(read->back().ended_s, 2e9);
}

TEST_F(MovesFile, WithoutFileThereIsNothing) {
  EXPECT_TRUE(read_moves(path_, 0)->empty());
}

TEST_F(MovesFile, WhatIsNoRecordIsSaidAndLeft) {
  std::filesystem::create_directories(folder_);
  const std::string path = folder_ + "/bad";
  for (const char* text : {"", "{", "[{\"process\": 1}]", "[1]"}) {
    std::ofstream(path) << text;
    const auto read = read_moves(path, 0);
    ASSERT_FALSE(read.has_value()) << text;
    EXPECT_NE(read.error().text.find(path), std::string::npos);
    EXPECT_TRUE(std::filesystem::exists(path));
  }
}

TEST_F(MovesFile, AFolderThatCannotBeIsAnError) {
  std::filesystem::create_directories(folder_);
  std::ofstream(folder_ + "/file") << "x";
  EXPECT_FALSE(write_moves(folder_ + "/file/some.moves", {}).has_value());
}

}  // namespace
}  // namespace balance
