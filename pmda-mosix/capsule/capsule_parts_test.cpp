#include <gtest/gtest.h>

#include "capsule/criu_run.h"
#include "capsule/program_path.h"
#include "capsule/spec.h"

namespace mosix {
namespace {

using Texts = std::vector<std::string>;

TEST(ProgramPath, LooksWhereTheJobWould) {
  const struct {
    std::string name;
    Texts env, files;
  } rows[] = {
      {"ls", {"PATH=/a:/b"}, {"/a/ls", "/b/ls"}},
      {"ls", {"X=1", "PATH=/a::/b:"}, {"/a/ls", "./ls", "/b/ls", "./ls"}},
      {"ls", {}, {"/bin/ls", "/usr/bin/ls"}},
      {"ls", {"PATH="}, {"./ls"}},
      {"./ls", {"PATH=/a"}, {"./ls"}},
      {"a/b", {"PATH=/a"}, {"a/b"}},
  };
  for (const auto& row : rows)
    EXPECT_EQ(program_candidates(row.name, row.env), row.files);
}

TEST(CriuError, IsTheFirstThatCounts) {
  const struct {
    std::string log, error;
  } rows[] = {
      {"", ""},
      {"(00.01) fine\n", ""},
      {"(00.01) Error (util.c:1): rlimit: Can't setup RLIMIT_NOFILE for self\n"
       "(00.02) Warn  (x.c:1): hm\n"
       "(00.03) Error (a.c:5): first\n(00.04) Error (b.c:6): second\n",
       "Error (a.c:5): first"},
  };
  for (const auto& row : rows) EXPECT_EQ(first_criu_error(row.log), row.error);
}

TEST(Spec, ReadsBothModes) {
  const Message start{{"cid", "ab"},
                      {"socket", "/s"},
                      {"cgroup", "/c/ab"},
                      {"mode", "start"},
                      {"first_pid", 1000},
                      {"argv", {bytes_of("prog\xff"), "x"}},
                      {"env", {"A=1"}},
                      {"cwd", "/tmp"},
                      {"umask", 18},
                      {"uid", 5},
                      {"gid", 6},
                      {"groups", {7, 8}},
                      {"limits", {{"nofile", {1, 2}}, {"unheard", {3, 4}}}},
                      {"affinity", {1}}};
  auto spec = parse_spec(start);
  ASSERT_TRUE(spec) << spec.error().text;
  EXPECT_EQ(spec->argv, (Texts{"prog\xff", "x"}));
  EXPECT_EQ(spec->groups, (std::vector<gid_t>{7, 8}));
  ASSERT_EQ(spec->limits.size(), 1u);
  EXPECT_EQ(spec->limits[0].hard, 2u);
  EXPECT_EQ(spec->name_of_cgroup(), "ab");
  EXPECT_EQ(spec->dir_of_cgroup(), "/c");

  auto restore = parse_spec({{"cid", "ab"},
                             {"socket", "/s"},
                             {"cgroup", "/c/ab"},
                             {"mode", "restore"},
                             {"first_pid", 1000},
                             {"root_pid", 1003}});
  ASSERT_TRUE(restore) << restore.error().text;
  EXPECT_TRUE(restore->restore);
  EXPECT_EQ(restore->root_pid, 1003);
}

TEST(Spec, NamesWhatIsWrong) {
  const Message good{{"cid", "ab"},       {"socket", "/s"},
                     {"cgroup", "/c/ab"}, {"mode", "restore"},
                     {"first_pid", 1000}, {"root_pid", 1003}};
  ASSERT_TRUE(parse_spec(good));
  const struct {
    Message wrong;
    std::string named;
  } rows[] = {{{{"cid", 5}}, "string"},
              {{{"socket", "s"}}, "'s'"},
              {{{"mode", "start"}}, "argv"},
              {{{"first_pid", 1}}, "first_pid"}};
  for (const auto& row : rows) {
    Message bad = good;
    bad.update(row.wrong);
    auto spec = parse_spec(bad);
    ASSERT_FALSE(spec);
    EXPECT_EQ(spec.error().code, EINVAL);
    EXPECT_NE(spec.error().text.find(row.named), std::string::npos)
        << spec.error().text;
  }
}

}  // namespace
}  // namespace mosix
