#include <array>
#include <fstream>

#include "archive/archive_reader.h"
#include "archive/archive_test.h"

namespace balance {
namespace {

const pmInDom kJobs = TestArchive::domain(1);

class ArchiveSourceTest : public ArchiveTest {
 protected:
  /// What `metric` of host 0 shows at each of `offsets_s`.
  static std::vector<std::string> values(ArchiveSource& source,
                                         const std::string& metric,
                                         const std::vector<double>& offsets_s) {
    std::vector<std::string> out;
    for (const double offset_s : offsets_s) {
      const Snapshot snapshot = source.take(at(offset_s));
      out.push_back(shown(snapshot.find(metric, 0)));
    }
    return out;
  }
  using Texts = std::vector<std::string>;
};

TEST_F(ArchiveSourceTest, AnInstanceThatReturnsIsNotBridged) {
  {
    TestArchive archive(path("a"), "one");
    archive.metric("test.x", 1, PM_TYPE_DOUBLE, PM_SEM_INSTANT, kJobs);
    archive.metric("test.n", 2, PM_TYPE_U32, PM_SEM_COUNTER, kJobs);
    archive.metric("test.d", 3, PM_TYPE_U32, PM_SEM_DISCRETE, kJobs);
    archive.instance(kJobs, 7, "a");
    archive.instance(kJobs, 5, "b");
    for (int t = 0; t <= 4; ++t) {
      for (const char* metric : {"test.x", "test.n", "test.d"}) {
        archive.put(metric, "a", fmt::format("{}", 10 * t));
        if (t != 2) archive.put(metric, "b", fmt::format("{}", 100 * t));
      }
      archive.write(t);
    }
  }
  const std::vector<double> times = {0.5, 1, 1.5, 2, 2.5, 3, 3.5};
  for (const auto& [metric, expected] : std::map<std::string, Texts>{
           {"test.x",
            {"b=0 a=0", "b=100 a=10", "a=10", "a=20", "a=20", "b=300 a=30",
             "b=300 a=30"}},
           {"test.n",
            {"b=50 a=5", "b=100 a=10", "a=15", "a=20", "a=25", "b=300 a=30",
             "b=350 a=35"}},
           {"test.d",
            {"b=0 a=0", "b=100 a=10", "b=100 a=10", "a=20", "a=20",
             "b=300 a=30", "b=300 a=30"}}}) {
    const auto replay = source({path("a")});
    replay->want(metric, 0);
    EXPECT_EQ(values(*replay, metric, times), expected) << metric;
  }
}

TEST_F(ArchiveSourceTest, ANumberGivenToAnotherInstanceIsAnotherInstance) {
  {
    TestArchive archive(path("a"), "one");
    archive.metric("test.n", 1, PM_TYPE_U32, PM_SEM_COUNTER, kJobs);
    archive.instance(kJobs, 5, "000005 old");
    archive.instance(kJobs, 6, "000006 other");
    for (int t = 0; t < 2; ++t) {
      archive.put("test.n", "000005 old", fmt::format("{}", t));
      archive.put("test.n", "000006 other", "1");
      archive.write(t);
    }
    archive.put("test.n", "000006 other", "1");
    archive.write(2);
  }
  {
    TestArchive archive(path("b"), "one");
    archive.metric("test.n", 1, PM_TYPE_U32, PM_SEM_COUNTER, kJobs);
    archive.instance(kJobs, 5, "000005 new");
    archive.instance(kJobs, 6, "000006 other");
    for (int t = 10; t < 12; ++t) {
      archive.put("test.n", "000005 new", fmt::format("{}", t));
      archive.put("test.n", "000006 other", "1");
      archive.write(t);
    }
  }
  const auto replay = source({path("a"), path("b")});
  replay->want("test.n", 0);
  EXPECT_EQ(values(*replay, "test.n", {1, 10, 11}),
            (Texts{"000005 old=1 000006 other=1",
                   "-",  // a counter, after the gap between the archives
                   "000005 new=11 000006 other=1"}));
}

TEST_F(ArchiveSourceTest, AnErrorOrNoInstanceEndsTheValues) {
  {
    TestArchive archive(path("a"), "one");
    archive.metric("test.x", 1, PM_TYPE_U32, PM_SEM_INSTANT);
    for (int t = 0; t <= 4; ++t) {
      if (t == 2) {
        archive.write_error(1, PM_ERR_AGAIN, t);
        continue;
      }
      archive.put("test.x", t);
      archive.write(t);
    }
  }
  const auto replay = source({path("a")});
  replay->want("test.x", 0);
  EXPECT_EQ(values(*replay, "test.x", {0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5}),
            (Texts{"0", "1", "-", "-", "-", "3", "3", "4", "-"}));
}

TEST_F(ArchiveSourceTest, MetricsOfDifferentIntervalsHaveTheirOwnNeighbours) {
  {
    TestArchive archive(path("a"), "one");
    archive.metric("test.fast", 1, PM_TYPE_U64, PM_SEM_COUNTER);
    archive.metric("test.slow", 2, PM_TYPE_U64, PM_SEM_COUNTER);
    for (int t = 0; t <= 20; ++t) {
      archive.put("test.fast", t * t);
      if (t % 10 == 0) archive.put("test.slow", t);
      archive.write(t);
    }
  }
  const auto replay = source({path("a")});
  replay->want("test.fast", 0);
  replay->want("test.slow", 0);
  for (const double t : {0.0, 2.0, 2.5, 7.0, 10.0, 14.0, 19.5}) {
    const Snapshot snapshot = replay->take(at(t));
    const double low = std::floor(t);
    const auto fast =
        static_cast<int>(0.5 + low * low + (t - low) * (2 * low + 1));
    EXPECT_EQ(shown(snapshot.find("test.fast", 0)), fmt::format("{}", fast));
    EXPECT_EQ(shown(snapshot.find("test.slow", 0)),
              fmt::format("{}", static_cast<int>(0.5 + t)));
    EXPECT_EQ(snapshot.find("test.slow", 0)->taken_s, at(t));
    EXPECT_EQ(snapshot.find("test.slow", 0)->received_s, at(t));
  }
}

TEST_F(ArchiveSourceTest, SnapshotsOfThePastKeepTheirValues) {
  {
    TestArchive archive(path("a"), "one");
    archive.metric("test.x", 1, PM_TYPE_DOUBLE, PM_SEM_INSTANT);
    archive.metric("test.n", 2, PM_TYPE_U64, PM_SEM_COUNTER);
    for (int t = 0; t <= 10; ++t) {
      archive.put("test.x", t);
      archive.put("test.n", 10 * t);
      archive.write(t);
    }
  }
  const auto replay = source({path("a")});
  replay->want("test.x", 0);
  replay->want("test.n", 0);
  std::vector<Snapshot> all;
  for (int i = 0; i < 20; ++i) all.push_back(replay->take(at(0.5 * i)));
  for (int i = 0; i < 20; ++i) {
    const Sample* x = all[static_cast<std::size_t>(i)].find("test.x", 0);
    const Sample* n = all[static_cast<std::size_t>(i)].find("test.n", 0);
    EXPECT_EQ(shown(x), fmt::format("{}", i / 2));
    EXPECT_EQ(shown(n), fmt::format("{}", 5 * i));
    EXPECT_EQ(x->taken_s, at(0.5 * i));
  }
}

TEST_F(ArchiveSourceTest, DerivedMetricsComeFromLibpcp) {
  {
    TestArchive archive(path("a"), "one");
    archive.metric("test.x", 1, PM_TYPE_U32, PM_SEM_INSTANT, kJobs);
    archive.instance(kJobs, 2, "b");
    archive.instance(kJobs, 1, "a");
    for (int t = 0; t <= 5; ++t) {
      archive.put("test.x", "b", fmt::format("{}", 10 * t));
      archive.put("test.x", "a", fmt::format("{}", t));
      archive.write(t);
    }
  }
  char* problem = nullptr;
  ASSERT_EQ(pmRegisterDerivedMetric("test.twice", "2 * test.x", &problem), 0)
      << problem;
  ASSERT_EQ(pmRegisterDerivedMetric("test.step", "delta(test.x)", &problem), 0)
      << problem;
  const auto replay = source({path("a")});
  for (const char* metric : {"test.twice", "test.step", "test.x"})
    replay->want(metric, 0);
  EXPECT_EQ(values(*replay, "test.twice", {0, 1, 2.5}),
            (Texts{"a=0 b=0", "a=2 b=20", "a=4 b=40"}));
  EXPECT_EQ(values(*replay, "test.step", {3, 5, 6}),
            (Texts{"a=1 b=10", "a=2 b=20", "-"}));
}

TEST_F(ArchiveSourceTest, AMetricThatIsSeldomIsLeftToLibpcp) {
  {
    TestArchive archive(path("a"), "one");
    archive.metric("test.fast", 1, PM_TYPE_DOUBLE, PM_SEM_INSTANT);
    archive.metric("test.slow", 2, PM_TYPE_U64, PM_SEM_COUNTER);
    archive.metric("test.once", 3, PM_TYPE_U64, PM_SEM_DISCRETE);
    archive.put("test.once", 8);
    for (int t = 0; t <= 1000; ++t) {
      archive.put("test.fast", t);
      if (t % 500 == 0) archive.put("test.slow", t);
      archive.write(t);
    }
  }
  ArchiveOptions options;
  options.look_ahead = 20'000;
  const auto set = ArchiveSet::open({path("a")});
  ASSERT_TRUE(set);
  auto reader = ArchiveReader::open(set->archives()[0], options);
  ASSERT_TRUE(reader);
  const auto feeds = std::make_shared<Feeds>();
  for (const char* metric : {"test.fast", "test.slow", "test.once"})
    (*reader)->want(metric, feeds->add(metric, 0));
  for (int t = 0; t <= 1000; t += 7) {
    Snapshot snapshot(at(t), feeds);
    (*reader)->take(at(t), snapshot);
    EXPECT_EQ(shown(snapshot.find("test.fast", 0)), fmt::format("{}", t));
    EXPECT_EQ(shown(snapshot.find("test.slow", 0)), fmt::format("{}", t));
    EXPECT_EQ(shown(snapshot.find("test.once", 0)), "8");
    EXPECT_LE((*reader)->bytes_ahead(), 2 * options.look_ahead);
  }
  EXPECT_TRUE((*reader)->falls_back());
}

TEST_F(ArchiveSourceTest, ChurnHoldsNoMoreThanWhatIsAlive) {
  constexpr int kAlive = 20;
  constexpr int kSeconds = 2000;
  {
    TestArchive archive(path("a"), "one");
    archive.metric("test.n", 1, PM_TYPE_U64, PM_SEM_COUNTER, kJobs);
    for (int t = 0; t < kSeconds + kAlive; ++t)
      archive.instance(kJobs, t, fmt::format("{:06} job", t));
    for (int t = 0; t < kSeconds; ++t) {
      for (int i = 0; i < kAlive; ++i)
        archive.put("test.n", fmt::format("{:06} job", t + i),
                    fmt::format("{}", t));
      archive.write(t);
    }
  }
  const auto set = ArchiveSet::open({path("a")});
  ASSERT_TRUE(set);
  auto reader = ArchiveReader::open(set->archives()[0], {});
  ASSERT_TRUE(reader);
  const auto feeds = std::make_shared<Feeds>();
  (*reader)->want("test.n", feeds->add("test.n", 0));
  for (int t = 0; t + 1 < kSeconds; ++t) {
    Snapshot snapshot(at(t + 0.5), feeds);
    (*reader)->take(at(t + 0.5), snapshot);
    const Sample* sample = snapshot.find("test.n", 0);
    ASSERT_NE(sample, nullptr);
    ASSERT_EQ(sample->size(), kAlive - 1U);
    ASSERT_EQ(sample->roster->names[0], fmt::format("{:06} job", t + 1));
    ASSERT_LE((*reader)->records_ahead(), 1U);
    ASSERT_LE((*reader)->bytes_ahead(), 8U * kAlive + 1000);
  }
  EXPECT_FALSE((*reader)->falls_back());
}

TEST_F(ArchiveSourceTest, AMetricWantedLaterIsReadFromThenOn) {
  {
    TestArchive archive(path("a"), "one");
    archive.metric("test.x", 1, PM_TYPE_DOUBLE, PM_SEM_INSTANT);
    archive.metric("test.y", 2, PM_TYPE_DOUBLE, PM_SEM_INSTANT);
    archive.metric("test.once", 3, PM_TYPE_DOUBLE, PM_SEM_DISCRETE);
    archive.put("test.once", 4);
    for (int t = 0; t <= 10; ++t) {
      archive.put("test.x", t);
      archive.put("test.y", -t);
      archive.write(t);
    }
  }
  const auto replay = source({path("a")});
  replay->want("test.x", 0);
  EXPECT_EQ(values(*replay, "test.x", {0, 1, 2}), (Texts{"0", "1", "2"}));
  replay->want("test.y", 0);
  replay->want("test.y", 0);
  replay->want("test.once", 0);
  replay->want("test.nothing", 0);
  EXPECT_EQ(values(*replay, "test.y", {4, 5}), (Texts{"-4", "-5"}));
  EXPECT_EQ(values(*replay, "test.once", {6}), (Texts{"4"}));
  EXPECT_EQ(values(*replay, "test.nothing", {6}), (Texts{"-"}));
  EXPECT_EQ(values(*replay, "test.x", {7}), (Texts{"7"}));
}

/// An archive of the seconds 0 to 100, each at its time.
void write_seconds(const std::string& path) {
  TestArchive archive(path, "one");
  archive.metric("test.x", 1, PM_TYPE_DOUBLE, PM_SEM_INSTANT);
  for (int t = 0; t <= 100; ++t) {
    archive.put("test.x", t);
    archive.write(t);
  }
}

TEST_F(ArchiveSourceTest, ATornArchiveGivesWhatItHasAndSaysWhere) {
  write_seconds(path("a"));
  const std::string volume = path("a.0");
  std::fstream file(volume, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(
      static_cast<std::streamoff>(std::filesystem::file_size(volume) / 2));
  const std::array<char, 400> noise = {'\x55', '\x55', '\x55', '\x55'};
  file.write(noise.data(), noise.size());
  file.close();
  const auto replay = source({path("a")});
  replay->want("test.x", 0);
  EXPECT_EQ(values(*replay, "test.x", {0, 10, 80}), (Texts{"0", "10", "-"}));
  EXPECT_NE(replay->error().find(path("a") + ": after 2023-11-14 22:"),
            std::string::npos)
      << replay->error();
}

TEST_F(ArchiveSourceTest, ATruncatedArchiveEndsWhereItsDataEnd) {
  write_seconds(path("a"));
  const std::string volume = path("a.0");
  std::filesystem::resize_file(volume,
                               std::filesystem::file_size(volume) / 2 + 5);
  const auto replay = source({path("a")});
  replay->want("test.x", 0);
  EXPECT_EQ(values(*replay, "test.x", {0, 10.5, 80}), (Texts{"0", "10", "-"}));
}

}  // namespace
}  // namespace balance
