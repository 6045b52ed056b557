// Records of one metric that have no instance in common.
#include <sstream>

#include "archive/archive_reader.h"
#include "archive/archive_test.h"

namespace balance {
namespace {

const pmInDom kJobs = TestArchive::domain(1);

struct Put {
  double at = 0;
  std::string instances;  ///< "a b": their values are `at`; "!": an error
};

class LanesTest : public ArchiveTest {
 protected:
  /// test.x, instant; test.d, discrete; test.n, counter.
  void record(const std::vector<Put>& records) {
    TestArchive archive(path("a"), "one");
    archive.metric("test.x", 1, PM_TYPE_DOUBLE, PM_SEM_INSTANT, kJobs);
    archive.metric("test.d", 2, PM_TYPE_DOUBLE, PM_SEM_DISCRETE, kJobs);
    archive.metric("test.n", 3, PM_TYPE_DOUBLE, PM_SEM_COUNTER, kJobs);
    for (int number = 0; number < 26; ++number)
      archive.instance(kJobs, number,
                       std::string(1, static_cast<char>('a' + number)));
    for (const Put& put : records) {
      if (put.instances == "!") {
        for (const int metric : {1, 2, 3})
          archive.write_error(metric, PM_ERR_AGAIN, put.at);
        continue;
      }
      std::istringstream names(put.instances);
      for (std::string name; names >> name;)
        for (const char* metric : {"test.x", "test.d", "test.n"})
          archive.put(metric, name, fmt::format("{}", put.at));
      archive.write(put.at);
    }
  }

  std::string shown_at(const std::string& metric, double offset_s,
                       const ArchiveOptions& options = {}) const {
    const auto replay = source({path("a")}, {""}, options);
    replay->want(metric, 0);
    return shown(replay->take(at(offset_s)).find(metric, 0));
  }
};

/// What each metric shows at a time, going there step by step and at once.
struct Shows {
  double at = 0;
  std::string x;
  std::string d;
  std::string n;
};

struct Case {
  std::string name;
  std::vector<Put> records;
  std::vector<Shows> shows;
};

class LanesShow : public LanesTest, public testing::WithParamInterface<Case> {};

TEST_P(LanesShow, WhatIsAlive) {
  record(GetParam().records);
  const auto replay = source({path("a")});
  for (const char* metric : {"test.x", "test.d", "test.n"})
    replay->want(metric, 0);
  for (const Shows& shows : GetParam().shows) {
    const Snapshot snapshot = replay->take(at(shows.at));
    for (const auto& [metric, text] : std::map<std::string, std::string>{
             {"test.x", shows.x}, {"test.d", shows.d}, {"test.n", shows.n}}) {
      EXPECT_EQ(shown(snapshot.find(metric, 0)), text)
          << metric << " at " << shows.at;
      EXPECT_EQ(shown_at(metric, shows.at), text)
          << metric << " at once at " << shows.at;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Of, LanesShow,
    testing::Values(
        Case{"Groups",
             {{0, "a"}, {1, "b"}, {2, "a"}, {3, "b"}, {4, "a"}},
             {{0.5, "a=0", "a=0", "a=0.5"},
              {1, "a=0 b=1", "a=0 b=1", "a=1 b=1"},
              {2.5, "a=2 b=1", "a=2 b=1", "a=2.5 b=2.5"},
              // b's last record has none after it.
              {3.5, "a=2", "a=2 b=3", "a=3.5"}}},
        Case{"Turnover",
             {{0, "a b"},
              {1, "a b"},
              {2, "c"},
              {3, "c"},
              {4, "c"},
              {5, "c"},
              {6, "c"},
              {7, "c"},
              {8, "c"},
              {9, "c"},
              {10, "c"},
              {11, "a c"},
              {12, "a c"}},
             {{0.5, "a=0 b=0", "a=0 b=0", "a=0.5 b=0.5"},
              {1.5, "-", "a=1 b=1", "-"},
              {2, "c=2", "c=2", "c=2"},
              {2.5, "c=2", "c=2", "c=2.5"},
              {10.5, "c=10", "c=10", "c=10.5"},
              {11.5, "a=11 c=11", "a=11 c=11", "a=11.5 c=11.5"}}},
        Case{"TurnoverAtTheEnd",
             {{0, "a"}, {1, "b"}, {2, "b"}},
             {{0.5, "-", "a=0", "-"},
              {1.5, "b=1", "b=1", "b=1.5"},
              {2, "b=2", "b=2", "b=2"}}},
        Case{"Joined",
             {{0, "a"},
              {1, "c"},
              {2, "a"},
              {3, "a b c"},
              {4, "a b c"},
              {5, "b c"},
              {6, "b c"}},
             {{1.5, "a=0 c=1", "a=0 c=1", "a=1.5 c=1.5"},
              {2.5, "a=2 c=1", "a=2 c=1", "a=2.5 c=2.5"},
              {3.5, "a=3 b=3 c=3", "a=3 b=3 c=3", "a=3.5 b=3.5 c=3.5"},
              // Of one lane since then: a record without `a` ends it.
              {4.5, "b=4 c=4", "a=4 b=4 c=4", "b=4.5 c=4.5"},
              {5.5, "b=5 c=5", "b=5 c=5", "b=5.5 c=5.5"}}},
        Case{"AnErrorEndsAll",
             {{0, "a"},
              {1, "b"},
              {2, "a"},
              {3, "b"},
              {4, "!"},
              {5, "a"},
              {6, "b"},
              {7, "a"},
              {8, "b"}},
             {{3.5, "-", "a=2 b=3", "-"},
              {4.5, "-", "-", "-"},
              {5.5, "a=5", "a=5", "a=5.5"},
              {6.5, "a=5 b=6", "a=5 b=6", "a=6.5 b=6.5"}}},
        Case{"AGroupThatIsKnownToBeSeldom",
             {{0, "a"},  {0.5, "z"}, {1, "a"},    {2, "a"},    {3, "a"},
              {4, "a"},  {5, "a"},   {6, "a"},    {7, "a"},    {8, "a"},
              {9, "a"},  {10, "a"},  {10.5, "z"}, {11, "b"},   {12, "b"},
              {13, "b"}, {14, "b"},  {15, "b"},   {16, "b"},   {17, "b"},
              {18, "b"}, {19, "b"},  {20, "b"},   {20.5, "z"}, {21, "b"}},
             {{9.5, "a=9 z=0.5", "a=9 z=0.5", "a=9.5 z=9.5"},
              {10.75, "z=10.5", "a=10 z=10.5", "z=10.75"},
              {12.5, "b=12 z=10.5", "b=12 z=10.5", "b=12.5 z=12.5"},
              {19.5, "b=19 z=10.5", "b=19 z=10.5", "b=19.5 z=19.5"}}}),
    [](const auto& named) { return named.param.name; });

TEST_F(LanesTest, ExactValuesAreThoseOfEachGroup) {
  record({{0, "a"}, {1, "b"}, {2, "b"}, {3, "a"}, {4, "c"}, {5, "c"}});
  ArchiveOptions options;
  options.exact = true;
  for (const auto& [look_ahead, expected] : std::map<std::size_t, std::string>{
           {options.look_ahead, "a=0, a=0 b=1, a=0 b=2, a=3 b=2, c=4, c=5, "},
           // Without looking ahead, each turnover is taken for one.
           {1, "a=0, b=1, b=2, a=3, c=4, c=5, "}}) {
    options.look_ahead = look_ahead;
    const auto replay = source({path("a")}, {""}, options);
    replay->want("test.n", 0);
    std::string all;
    while (const auto next_s = replay->next_s()) {
      const Snapshot snapshot = replay->take(*next_s);
      const Sample* sample = snapshot.find("test.n", 0);
      ASSERT_NE(sample, nullptr);
      EXPECT_EQ(sample->taken_s, *next_s);
      EXPECT_EQ(sample->received_s, *next_s);
      all += fmt::format("{}, ", shown(sample));
    }
    EXPECT_EQ(all, expected);
  }
}

TEST_F(LanesTest, ANumberOfAnotherLaneIsGivenToSomebodyElse) {
  for (const char* age : {"old", "new"}) {
    TestArchive archive(path(age), "one");
    archive.metric("test.x", 1, PM_TYPE_DOUBLE, PM_SEM_INSTANT, kJobs);
    const std::string name = fmt::format("000005 {}", age);
    archive.instance(kJobs, 5, name);
    archive.instance(kJobs, 6, "000006 other");
    const int begin = age == std::string("old") ? 0 : 11;
    for (int t = begin; t < begin + 6; ++t) {
      archive.put("test.x", t % 2 == 0 ? name : "000006 other",
                  fmt::format("{}", t));
      archive.write(t);
    }
  }
  const auto replay = source({path("old"), path("new")});
  replay->want("test.x", 0);
  for (const auto& [offset_s, text] :
       std::map<double, std::string>{{3.5, "000005 old=2 000006 other=3"},
                                     {11, "000006 other=11"},
                                     {12.5, "000005 new=12 000006 other=11"}})
    EXPECT_EQ(shown(replay->take(at(offset_s)).find("test.x", 0)), text);
}

TEST_F(LanesTest, OneAtATimeHoldsFewRecords) {
  constexpr int kSeconds = 1000;
  {
    TestArchive archive(path("a"), "one");
    archive.metric("test.n", 1, PM_TYPE_U64, PM_SEM_COUNTER, kJobs);
    archive.metric("test.d", 2, PM_TYPE_U64, PM_SEM_DISCRETE, kJobs);
    for (int t = 0; t <= kSeconds; ++t) {
      const std::string name = fmt::format("{:06} job", t);
      archive.instance(kJobs, t, name);
      if (t > 0)
        for (const char* metric : {"test.n", "test.d"})
          archive.put(metric, fmt::format("{:06} job", t / 2), "7");
      if (t > 0) archive.write(t);
    }
  }
  const auto set = ArchiveSet::open({path("a")});
  ASSERT_TRUE(set);
  auto reader = ArchiveReader::open(set->archives()[0], {});
  ASSERT_TRUE(reader);
  const auto feeds = std::make_shared<Feeds>();
  for (const char* metric : {"test.n", "test.d"})
    (*reader)->want(metric, feeds->add(metric, 0));
  for (int t = 1; t < kSeconds; ++t) {
    Snapshot snapshot(at(t + 0.5), feeds);
    (*reader)->take(at(t + 0.5), snapshot);
    const std::string alive = fmt::format("{:06} job=7", t / 2);
    ASSERT_EQ(shown(snapshot.find("test.d", 0)), alive);
    // Every other second it is in the next record too.
    ASSERT_EQ(shown(snapshot.find("test.n", 0)), t % 2 == 0 ? alive : "-");
    ASSERT_LE((*reader)->records_ahead(), 40U);
    ASSERT_LE((*reader)->bytes_ahead(), 20'000U);
  }
  EXPECT_FALSE((*reader)->falls_back());
}

}  // namespace
}  // namespace balance
