#include "archive/archive_test.h"

namespace balance {
namespace {

class ExactTest : public ArchiveTest {
 protected:
  void SetUp() override {
    ArchiveTest::SetUp();
    options_.exact = true;
  }
  ArchiveOptions options_;
};

TEST_F(ExactTest, ValuesAreThoseOfTheRecordAtItsTime) {
  {
    TestArchive archive(path("a"), "one");
    archive.metric("test.x", 1, PM_TYPE_DOUBLE, PM_SEM_INSTANT);
    archive.metric("test.n", 2, PM_TYPE_U32, PM_SEM_COUNTER);
    archive.metric("test.unwanted", 3, PM_TYPE_U32, PM_SEM_COUNTER);
    archive.put("test.x", 1);
    archive.put("test.n", 10);
    archive.write(0);
    archive.put("test.unwanted", 0);
    archive.write(0.5);
    archive.put("test.x", 2);
    archive.write(1.25);
    archive.put("test.n", 20);
    archive.write(3.000001);
    archive.mark();
    archive.put("test.x", 3);
    archive.write(5);
  }
  const auto replay = source({path("a")}, {""}, options_);
  replay->want("test.x", 0);
  replay->want("test.n", 0);
  struct Step {
    double offset_s;
    std::string x;
    double x_taken_s;
    std::string n;
    double n_taken_s;
  };
  const std::vector<Step> steps = {{0, "1", 0, "10", 0},
                                   {1.25, "2", 1.25, "10", 0},
                                   {3.000001, "2", 1.25, "20", 3.000001},
                                   {5, "3", 5, "-", 0}};
  for (const Step& step : steps) {
    const auto next_s = replay->next_s();
    ASSERT_TRUE(next_s);
    EXPECT_NEAR(*next_s, at(step.offset_s), 5e-7);
    const Snapshot snapshot = replay->take(*next_s);
    const Sample* x = snapshot.find("test.x", 0);
    const Sample* n = snapshot.find("test.n", 0);
    EXPECT_EQ(shown(x), step.x);
    EXPECT_EQ(shown(n), step.n);
    ASSERT_NE(x, nullptr);
    EXPECT_NEAR(x->taken_s, at(step.x_taken_s), 5e-7);
    EXPECT_EQ(x->received_s, *next_s);
    if (n == nullptr) continue;
    EXPECT_NEAR(n->taken_s, at(step.n_taken_s), 5e-7);
  }
  EXPECT_EQ(replay->next_s(), std::nullopt);
}

TEST_F(ExactTest, TheRecordsOfAllHostsComeInTheOrderOfTheirTimes) {
  for (const char* name : {"a", "b"}) {
    TestArchive archive(path(name), name);
    archive.metric("test.x", 1, PM_TYPE_DOUBLE, PM_SEM_INSTANT);
    for (int t = 0; t < 3; ++t) {
      archive.put("test.x", t);
      archive.write(*name == 'a' ? t : t + 0.25);
    }
  }
  const auto replay = source({path("a"), path("b")}, {"a", "b"}, options_);
  replay->want("test.x", 0);
  replay->want("test.x", 1);
  std::string times;
  while (const auto next_s = replay->next_s()) {
    const Snapshot snapshot = replay->take(*next_s);
    times += fmt::format("{} {} {}, ", *next_s - kBegin,
                         shown(snapshot.find("test.x", 0)),
                         shown(snapshot.find("test.x", 1)));
  }
  EXPECT_EQ(times, "0 0 -, 0.25 0 0, 1 1 0, 1.25 1 1, 2 2 1, 2.25 - 2, ");
}

}  // namespace
}  // namespace balance
