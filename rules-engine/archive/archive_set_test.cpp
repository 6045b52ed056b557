#include "archive/archive_set.h"

#include "archive/archive_test.h"

namespace balance {
namespace {

class ArchiveSetTest : public ArchiveTest {
 protected:
  void make(const std::string& name, const std::string& host, int begin_s,
            int type = PM_TYPE_DOUBLE) {
    TestArchive archive(path(name), host);
    archive.metric("test.x", 1, type, PM_SEM_INSTANT);
    for (int t = begin_s; t <= begin_s + 10; ++t) {
      archive.put("test.x", t);
      archive.write(t);
    }
  }
};

TEST_F(ArchiveSetTest, ArchivesOfOneHostAreOne) {
  make("a1", "node1.example.org", 0);
  make("b", "node2.example.org", 5);
  make("a2", "node1.example.org", 20);
  const std::string both = path("a1") + "," + path("a2");
  for (const std::vector<std::string>& names :
       {std::vector<std::string>{path("a1"), path("b"), path("a2")},
        {both, path("b")},
        {path("a1") + "," + path("b"), path("a2")},
        {both, path("b"), path("a1")}}) {
    const auto set = ArchiveSet::open(names);
    ASSERT_TRUE(set) << set.error().text;
    ASSERT_EQ(set->archives().size(), 2U);
    const ArchiveInfo& first = set->archives()[0];
    EXPECT_EQ(first.name, both);
    EXPECT_EQ(first.host, "node1.example.org");
    EXPECT_EQ(first.zone, "UTC");
    EXPECT_EQ(first.begin_s, at(0));
    EXPECT_EQ(first.end_s, at(30));
    EXPECT_EQ(set->archives()[1].begin_s, at(5));
    EXPECT_EQ(set->begin_s(), at(0));
    EXPECT_EQ(set->end_s(), at(30));
  }
}

TEST_F(ArchiveSetTest, AFolderIsTheArchivesInIt) {
  std::filesystem::create_directory(path("f"));
  make("f/a1", "one", 0);
  make("f/a2", "one", 20);
  const auto replay = source({path("f")});
  ASSERT_TRUE(replay);
  replay->want("test.x", 0);
  std::string shown_all;
  for (const double t : {0.0, 10.0, 15.0, 20.0, 30.0})
    shown_all += shown(replay->take(at(t)).find("test.x", 0)) + " ";
  EXPECT_EQ(shown_all, "0 10 - 20 30 ");
  const auto set = ArchiveSet::open({path("f")});
  ASSERT_TRUE(set);
  EXPECT_EQ(set->begin_s(), at(0));
  EXPECT_EQ(set->end_s(), at(30));
}

TEST_F(ArchiveSetTest, HostsAreFoundByTheirNameOrItsFirstPart) {
  make("a", "node1.example.org", 0);
  make("b", "node1", 0);
  make("c", "node2", 0);
  const auto set = ArchiveSet::open({path("a"), path("b"), path("c")});
  ASSERT_TRUE(set) << set.error().text;
  EXPECT_EQ(set->find(""), 0U);
  EXPECT_EQ(set->find("node1.example.org"), 0U);
  EXPECT_EQ(set->find("node1"), 1U);
  EXPECT_EQ(set->find("node2.elsewhere"), 2U);
  EXPECT_EQ(set->find("node3"), std::nullopt);
  const auto unknown = ArchiveSource::open(*set, {"node2", "node3"}, {});
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().text, "no archive of host node3");
}

TEST_F(ArchiveSetTest, TwoNamesOfOneHostShareItsArchive) {
  make("a", "node1.example.org", 0);
  const auto replay = source({path("a")}, {"", "node1"});
  ASSERT_TRUE(replay);
  replay->want("test.x", 0);
  replay->want("test.x", 1);
  const Snapshot snapshot = replay->take(at(3));
  EXPECT_EQ(shown(snapshot.find("test.x", 0)), "3");
  EXPECT_EQ(snapshot.find("test.x", 0), snapshot.find("test.x", 1));
  EXPECT_EQ(replay->host_name(1), "node1.example.org");
}

TEST_F(ArchiveSetTest, WhatCannotBeOpenedIsNamed) {
  make("a", "one", 0);
  const auto missing = ArchiveSet::open({path("a"), path("none")});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().text.rfind(path("none") + ": ", 0), 0U)
      << missing.error().text;
  make("b", "one", 20, PM_TYPE_U32);
  const auto clash = ArchiveSet::open({path("a"), path("b")});
  ASSERT_FALSE(clash);
  EXPECT_EQ(clash.error().text.rfind(path("a") + "," + path("b") + ": ", 0), 0U)
      << clash.error().text;
  EXPECT_FALSE(ArchiveSet::open({}));
}

}  // namespace
}  // namespace balance
