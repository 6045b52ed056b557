#include "agent/access.h"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

namespace agent {
namespace {

std::optional<uid_t> toy_user(const std::string& name) {
  if (name == "ann") return 100;
  if (name == "bob") return 200;
  return std::nullopt;
}

TEST(Access, ReadsUsers) {
  std::vector<std::string> unknown;
  const auto access = parse_access(
      "# who may what\n"
      "read ann bob  # both\n"
      "\n"
      "\toperate\tbob\r\n"
      "read carl\n",
      "f", toy_user, unknown);
  ASSERT_TRUE(access) << access.error().text;
  EXPECT_EQ(access->readers, (std::set<uid_t>{100, 200}));
  EXPECT_EQ(access->operators, std::set<uid_t>{200});
  EXPECT_EQ(unknown, std::vector<std::string>{"f:5: there is no user carl"});
}

TEST(Access, NamesAllBadLines) {
  std::vector<std::string> unknown;
  const auto access = parse_access("grant ann\nread ann\noperate\nread=bob\n",
                                   "/etc/x", toy_user, unknown);
  ASSERT_FALSE(access);
  EXPECT_EQ(access.error().code, EINVAL);
  EXPECT_EQ(access.error().text,
            "/etc/x:1: expected `read` or `operate`, not `grant`\n"
            "/etc/x:3: expected users after `operate`\n"
            "/etc/x:4: expected `read` or `operate`, not `read=bob`");
}

TEST(Access, SaysWhoMay) {
  const Access access{{100}, {200}};
  EXPECT_TRUE(access.may_read_all(0));
  EXPECT_TRUE(access.may_read_all(100));
  EXPECT_FALSE(access.may_read_all(200));
  EXPECT_FALSE(access.may_read_all(std::nullopt));
  EXPECT_TRUE(access.may_operate(0));
  EXPECT_TRUE(access.may_operate(200));
  EXPECT_FALSE(access.may_operate(100));
  EXPECT_FALSE(access.may_operate(std::nullopt));
}

TEST(Access, KnowsUsersByNameAndNumber) {
  EXPECT_EQ(find_user("root"), 0u);
  EXPECT_EQ(find_user("4711"), 4711u);
  EXPECT_EQ(find_user("no-such-user"), std::nullopt);
  EXPECT_EQ(find_user(""), std::nullopt);
}

TEST(Access, ReadsAFileOrTakesWhatIsShipped) {
  std::string pattern = testing::TempDir() + "access.XXXXXX";
  const std::string folder = mkdtemp(pattern.data());
  const std::string path = folder + "/access";
  std::vector<std::string> unknown;
  const auto shipped = read_access(path, "read 7\nread nosuchuser\n", unknown);
  ASSERT_TRUE(shipped) << "there is none";
  EXPECT_EQ(shipped->readers, std::set<uid_t>{7});
  EXPECT_TRUE(unknown.empty());
  std::ofstream(path) << "operate 5\n";
  const auto access = read_access(path, "read 7\n", unknown);
  ASSERT_TRUE(access);
  EXPECT_EQ(access->operators, std::set<uid_t>{5});
  EXPECT_TRUE(access->readers.empty()) << "the file stands for all";
  EXPECT_FALSE(read_access(folder + "/access/x", "", unknown));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace agent
