#include <set>

#include <gtest/gtest.h>

#include "pmda/choose.h"
#include "pmda/fake_feeds.h"

namespace netstat {
namespace {

class ChooseTest : public testing::Test {
 protected:
  base::Result<std::unique_ptr<Source>> source(const char* name) {
    if (missing_.contains(name)) return base::fail(EPERM, "not here");
    return std::make_unique<FakeSource>(node_, name);
  }
  base::Result<std::unique_ptr<Closes>> closes(const char* name) {
    if (missing_.contains(name)) return base::fail(EPERM, "not here");
    return std::make_unique<FakeCloses>(node_, name);
  }
  base::Result<std::unique_ptr<Volumes>> volumes() {
    if (missing_.contains("volumes")) return base::fail(EPERM, "no volumes");
    return std::make_unique<FakeVolumes>(node_);
  }

  base::Result<Feeds> choose_of(const Wishes& wishes) {
    remarks_.clear();
    const Makers makers{
        [this] { return source("walk"); },
        [this] { return source("task_file"); },
        [this] { return source("proc"); },
        [this](std::shared_ptr<Cookies> cookies) {
          diag_cookies_ = cookies;
          return source("diag");
        },
        [this] { return closes("bpf"); },
        [this](std::shared_ptr<Cookies> cookies) {
          multicast_cookies_ = cookies;
          return closes("multicast");
        },
        [this] { return volumes(); },
    };
    return choose(wishes, makers, [this](const std::string& text) {
      remarks_.push_back(text);
    });
  }

  /// "SOURCE CLOSES VOLUMES", or the error.
  std::string chosen(const Wishes& wishes) {
    const auto feeds = choose_of(wishes);
    if (!feeds) return feeds.error().text;
    return std::string(feeds->source->name()) + " " +
           (feeds->closes ? feeds->closes->name()
                          : "(" + feeds->no_closes + ")") +
           " " + (feeds->volumes ? "volumes" : "(" + feeds->no_volumes + ")");
  }

  FakeNode node_;
  std::set<std::string> missing_;
  std::vector<std::string> remarks_;
  std::shared_ptr<Cookies> diag_cookies_, multicast_cookies_;
};

TEST_F(ChooseTest, TakesTheBestThatThereIs) {
  const struct {
    std::set<std::string> missing;
    const char* chosen;
  } table[] = {
      {{}, "walk bpf volumes"},
      {{"walk"}, "task_file bpf volumes"},
      {{"walk", "task_file"}, "diag bpf volumes"},
      {{"walk", "task_file", "bpf"}, "diag multicast volumes"},
      {{"walk", "task_file", "bpf", "multicast", "volumes"},
       "diag (closes bpf: not here; closes multicast: not here) (no volumes)"},
      {{"walk", "task_file", "diag", "bpf"},
       "proc (closes bpf: not here) volumes"},
      {{"bpf"}, "walk (closes bpf: not here) volumes"},
  };
  for (const auto& row : table) {
    missing_ = row.missing;
    EXPECT_EQ(chosen({}), row.chosen);
  }
}

TEST_F(ChooseTest, SaysWhatItDidWithout) {
  missing_ = {"walk", "bpf", "volumes"};
  ASSERT_TRUE(choose_of({}));
  EXPECT_EQ(remarks_, (std::vector<std::string>{"source walk: not here",
                                                "closes bpf: not here",
                                                "volumes: no volumes"}));
}

TEST_F(ChooseTest, ObeysWishes) {
  const struct {
    Wishes wishes;
    const char* chosen;
  } table[] = {
      {{"task_file", "auto", true}, "task_file bpf volumes"},
      {{"proc", "none", false},
       "proc (switched off by --closes=none) (switched off by --no-volume)"},
      {{"diag", "multicast", true}, "diag multicast volumes"},
      {{"walk", "multicast", true}, "walk multicast volumes"},
      {{"magic", "auto", true}, "there is no source magic"},
      {{"auto", "magic", true}, "there is no way of closes magic"},
      {{"", "auto", true}, "there is no source "},
  };
  for (const auto& row : table) EXPECT_EQ(chosen(row.wishes), row.chosen);
}

TEST_F(ChooseTest, AWishThatCannotBeFulfilledIsOneError) {
  missing_ = {"walk", "bpf", "multicast"};
  EXPECT_EQ(chosen({"walk", "auto", true}), "source walk: not here");
  EXPECT_EQ(chosen({"auto", "bpf", true}), "closes bpf: not here");
  EXPECT_EQ(chosen({"auto", "multicast", true}), "closes multicast: not here");
  missing_ = {"walk", "task_file", "diag", "proc"};
  EXPECT_EQ(chosen({}),
            "source walk: not here; source task_file: not here; source diag: "
            "not here; source proc: not here");
}

TEST_F(ChooseTest, MulticastLearnsFromDiag) {
  missing_ = {"walk", "task_file", "bpf"};
  ASSERT_TRUE(choose_of({}));
  EXPECT_NE(diag_cookies_, nullptr);
  EXPECT_EQ(diag_cookies_, multicast_cookies_);
}

}  // namespace
}  // namespace netstat
