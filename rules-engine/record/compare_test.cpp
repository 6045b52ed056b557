#include "record/compare.h"

#include <cmath>
#include <filesystem>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include "record/archive_writer.h"

namespace balance {
namespace {

namespace fs = std::filesystem;

class CompareTest : public testing::Test {
 protected:
  /// One tick of a record.
  struct Tick {
    double time_s;
    std::int32_t truth;     ///< of the rule `hot`
    std::uint32_t firings;  ///< of it, in all
    std::string job;        ///< of a decision, "": none
  };

  void SetUp() override {
    std::string pattern =
        (fs::temp_directory_path() / "pmbalance-compare-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string write(const std::vector<Tick>& ticks) {
    const std::string name = folder_ / std::to_string(++archives_);
    auto writer = ArchiveWriter::create(name, "node1", "UTC");
    EXPECT_TRUE(writer);
    EXPECT_TRUE((*writer)->add_instance(kRuleDomain, 0, "hot"));
    int move = archives_ * 10;  // numbers of moves are not compared
    for (const Tick& tick : ticks) {
      (*writer)->put(Metric::engine_ticks, std::uint64_t{1});
      (*writer)->put(Metric::rule_truth, 0, tick.truth);
      (*writer)->put(Metric::rule_firings, 0, tick.firings);
      if (!tick.job.empty()) decide(**writer, ++move, tick.job);
      EXPECT_TRUE((*writer)->write(std::llround(tick.time_s * 1e6)));
    }
    return name;
  }
  static void decide(ArchiveWriter& writer, int move, const std::string& job) {
    EXPECT_TRUE(
        writer.add_instance(kDecisionDomain, move, std::to_string(move)));
    writer.put(Metric::decision_job, move, job);
    writer.put(Metric::decision_source, move, "a");
    writer.put(Metric::decision_destination, move, "b");
    writer.put(Metric::decision_action, move, "migrate");
    writer.put(Metric::decision_rule, move, "hot");
  }
  /// "TIME WHAT: FIRST, SECOND", after the number of ticks.
  std::string differences(const std::vector<Tick>& first,
                          const std::vector<Tick>& second) {
    const auto got = compare(write(first), write(second));
    if (!got) return got.error().text;
    std::string out = std::to_string(got->ticks);
    for (const Difference& each : got->differences)
      out += fmt::format("; {} {}: {}, {}", each.time_s, each.what, each.first,
                         each.second);
    return out;
  }

  fs::path folder_;
  int archives_ = 0;
};

TEST_F(CompareTest, Cases) {
  using Ticks = std::vector<Tick>;
  const Ticks base = {{10, 0, 0, ""}, {20, 1, 1, "1:2:3"}, {30, -1, 1, ""}};
  struct Case {
    Ticks first, second;
    std::string expected;
  };
  const std::vector<Case> cases = {
      {base, base, "3"},
      // Times of a replay are given as text.
      {base, {{10.0004, 0, 0, ""}, {20, 1, 1, "1:2:3"}, {30, -1, 1, ""}}, "3"},
      {base,
       {{10, 1, 0, ""}, {20, 1, 1, "1:2:3"}, {30, 0, 1, ""}},
       "3; 10 truth hot: 0, 1; 30 truth hot: -1, 0"},
      // What fired one tick late differs at two ticks, and at no other.
      {{{10, 1, 1, ""}, {20, 1, 1, ""}, {30, 1, 2, ""}},
       {{10, 1, 0, ""}, {20, 1, 1, ""}, {30, 1, 2, ""}},
       "3; 10 firings hot: 1, 0; 20 firings hot: 0, 1"},
      {base,
       {{10, 0, 0, ""}, {20, 1, 1, "1:2:9"}, {30, -1, 1, ""}},
       "3; 20 decision hot: migrate 1:2:3 a -> b: 1, -; "
       "20 decision hot: migrate 1:2:9 a -> b: -, 1"},
      {base,
       {{10, 0, 0, ""}, {30, -1, 1, ""}},
       "2; 20 tick: made, -; 30 firings hot: 0, 1"},
      {{{10, 0, 0, ""}, {30, 0, 0, ""}},
       {{10, 0, 0, ""}, {15, 0, 0, ""}, {30, 0, 0, ""}},
       "2; 15 tick: -, made"},
      // Outside of what both recorded nothing is compared.
      {base, {{20, 1, 1, "1:2:3"}, {30, -1, 1, ""}, {40, 0, 1, ""}}, "2"},
      {base, {{100, 0, 0, ""}}, "0"},
  };
  for (const Case& each : cases)
    EXPECT_EQ(differences(each.first, each.second), each.expected);
}

TEST_F(CompareTest, AnArchiveThatIsNotThereIsAnError) {
  const std::string there = write({{10, 0, 0, ""}});
  const std::string missing = folder_ / "missing";
  for (const auto& got : {compare(there, missing), compare(missing, there)}) {
    ASSERT_FALSE(got);
    EXPECT_TRUE(got.error().text.starts_with("archive " + missing + ": "));
  }
}

}  // namespace
}  // namespace balance
