#include "record/recorder.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "eval/program_builder.h"
#include "record/archive_reading.h"

namespace balance {
namespace {

namespace fs = std::filesystem;

class RecorderTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern =
        (fs::temp_directory_path() / "pmbalance-record-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    name_ = folder_ / "decisions";
  }
  void TearDown() override { fs::remove_all(folder_); }

  base::Result<std::unique_ptr<Recorder>> open() {
    return Recorder::open(
        name_, program_, "node1.example.org", "UTC",
        [this](const std::string& text) { log_.push_back(text); });
  }
  void add_rule(const std::string& name, bool with_action) {
    Rule& rule = program_.rules.emplace_back();
    rule.name = name;
    if (with_action) rule.branches.emplace_back();
  }
  static Decision decision(std::uint64_t move) {
    Decision out;
    out.move = move;
    out.rule = "offload";
    out.word = "migrate";
    out.candidate.job = "1:4242:77";
    out.source = "node1";
    out.target_name = "node2";
    out.candidate.runs_on = 1;
    out.shifts = {{{"mosix.self.load", 2, ""}, 0.5},
                  {{"mosix.self.load", 1, ""}, -0.5, true}};
    return out;
  }
  static void put(Snapshot& snapshot, HostId host, double load) {
    auto sample = std::make_shared<Sample>();
    sample->taken_s = sample->received_s = snapshot.now_s();
    sample->numbers = {load};
    snapshot.put("load", host, sample);
  }
  /// An evaluation without rules.
  void tick(Recorder& recorder, double now_s) {
    recorder.evaluated(Task{}, Evaluator(program_), {now_s, 0.25, 1.5, 2});
  }

  fs::path folder_;
  std::string name_;
  Program program_;
  std::vector<std::string> log_;
};

using Records = std::vector<std::pair<double, ArchiveReading::Record>>;

TEST_F(RecorderTest, OneRecordATickWithWhatTheEngineDid) {
  {
    auto recorder = open();
    ASSERT_TRUE(recorder) << recorder.error().text;
    tick(**recorder, 1000.5);
    tick(**recorder, 1000.5);
    tick(**recorder, 1010);
    tick(**recorder, 1005);  // the clock went back
    (*recorder)->config_ok(false);
    tick(**recorder, 1020);
  }
  ArchiveReading archive(name_);
  ASSERT_TRUE(archive.is_open());
  const Records records = archive.records();
  ASSERT_EQ(records.size(), 3U);
  const double times[] = {1000.5, 1010, 1020};
  const char* ticks[] = {"2", "4", "5"};
  const char* missed[] = {"4", "8", "10"};
  const char* spent[] = {"250000", "750000", "1000000"};
  for (std::size_t i = 0; i < 3; ++i) {
    auto [time_s, record] = records[i];
    EXPECT_DOUBLE_EQ(time_s, times[i]);
    EXPECT_EQ(record["pmbalance.engine.ticks"][""], ticks[i]);
    EXPECT_EQ(record["pmbalance.engine.missed"][""], missed[i]);
    EXPECT_EQ(record["pmbalance.engine.eval.time"][""], spent[i]);
    EXPECT_EQ(record["pmbalance.engine.age"][""], "1.5");
    EXPECT_EQ(record["pmbalance.engine.config_ok"][""], i < 2 ? "1" : "0");
  }
  EXPECT_TRUE(log_.empty());
}

TEST_F(RecorderTest, TheLabelNamesHostAndZone) {
  {
    auto recorder = open();
    tick(**recorder, 1000);
  }
  const pmLogLabel label = ArchiveReading(name_).label();
  EXPECT_STREQ(label.ll_hostname, "node1.example.org");
  EXPECT_STREQ(label.ll_tz, "UTC");
}

TEST_F(RecorderTest, ADecisionIsAnInstanceAndItsEndAChange) {
  {
    auto recorder = open();
    tick(**recorder, 1000);
    (*recorder)->decided(decision(1), 1000);
    Decision second = decision(2);
    second.candidate.job = "";
    second.candidate.identity = "node1#4243";
    second.target_name = "";
    second.target.kind = Target::Kind::home;
    second.shifts.clear();
    second.extra.emplace_back("cost", Value::of(0.75));
    (*recorder)->decided(second, 1000);
    (*recorder)->ended(2, MoveState::refused, "it is locked", 1000);
    (*recorder)->ended(1, MoveState::done, "", 1010);
    tick(**recorder, 1010);
  }
  ArchiveReading archive(name_);
  Records records = archive.records();
  ASSERT_EQ(records.size(), 2U);
  auto& [first_s, first] = records[0];
  const std::map<std::string, ArchiveReading::Values> expected = {
      {"job", {{"1", "1:4242:77"}, {"2", "node1#4243"}}},
      {"source", {{"1", "node1"}, {"2", "node1"}}},
      {"destination", {{"1", "node2"}, {"2", "home"}}},
      {"action", {{"1", "migrate"}, {"2", "migrate"}}},
      {"rule", {{"1", "offload"}, {"2", "offload"}}},
      {"gain", {{"1", "0.5"}}},
      {"cost", {{"2", "0.75"}}},
      {"outcome", {{"1", "asked"}, {"2", "refused"}}},
      {"reason", {{"2", "it is locked"}}}};
  for (const auto& [name, values] : expected) {
    const auto got = first["pmbalance.decision." + name];
    EXPECT_EQ(got, values) << name;
  }
  auto& [second_s, second] = records[1];
  EXPECT_EQ(second["pmbalance.decision.outcome"],
            (ArchiveReading::Values{{"1", "done"}}));
  EXPECT_FALSE(second.contains("pmbalance.decision.job"));
}

TEST_F(RecorderTest, ManyDecisionsMakeNoHugeArchive) {
  constexpr std::uint64_t kMoves = 3000;
  {
    auto recorder = open();
    for (std::uint64_t move = 1; move <= kMoves; ++move) {
      const double now_s = static_cast<double>(1000 + move);
      tick(**recorder, now_s);
      (*recorder)->decided(decision(move), now_s);
    }
  }
  EXPECT_LT(fs::file_size(name_ + ".meta"), 1U << 20);
  ArchiveReading archive(name_);
  Records records = archive.records();
  ASSERT_EQ(records.size(), kMoves);
  EXPECT_EQ(records.back().second["pmbalance.decision.outcome"],
            (ArchiveReading::Values{{"3000", "asked"}}));
}

TEST_F(RecorderTest, TruthAndValueOfRules) {
  ProgramBuilder builder({"n1", "n2"}, 10);
  builder.begin("busy host");
  const Slot load = builder.fetch("load");
  const Slot hot = builder.op(Op::greater, load, builder.number(1));
  builder.value(hot);
  builder.when(hot, load, {});
  builder.begin("mean");
  const Slot mean =
      builder.collapse(Op::average, Over::host, builder.fetch("load"));
  builder.value(mean);
  builder.begin("template");
  builder.value(builder.number(1)).show = false;
  program_ = builder.program();
  using Loads = std::vector<std::optional<double>>;
  const std::vector<Loads> ticks = {{0.5, 2}, {0.5, 1}, {0.5, {}}, {{}, {}}};
  {
    auto recorder = open();
    ASSERT_TRUE(recorder) << recorder.error().text;
    Evaluator evaluator(program_);
    double now_s = 1000;
    for (const Loads& loads : ticks) {
      Snapshot snapshot(now_s);
      for (HostId host = 1; host <= 2; ++host)
        if (loads[host - 1]) put(snapshot, host, *loads[host - 1]);
      for (const Task& task : program_.tasks) {
        evaluator.run(task, snapshot);
        (*recorder)->evaluated(task, evaluator, {now_s, 0, 0, 0});
      }
      now_s += 10;
    }
  }
  Records records = ArchiveReading(name_).records();
  ASSERT_EQ(records.size(), ticks.size());
  const char* truths[] = {"1", "0", "-1", "-1"};
  const ArchiveReading::Values means[] = {
      {{"mean", "1.25"}}, {{"mean", "0.75"}}, {{"mean", "0.5"}}, {}};
  for (std::size_t i = 0; i < ticks.size(); ++i) {
    EXPECT_EQ(records[i].second["pmbalance.rule.truth"],
              (ArchiveReading::Values{{"busy_host", truths[i]}}));
    EXPECT_EQ(records[i].second["pmbalance.rule.value"], means[i]) << i;
  }
}

TEST_F(RecorderTest, FiringsAreCountedByRule) {
  add_rule("offload", true);
  add_rule("high load", true);
  add_rule("load", false);
  {
    auto recorder = open();
    ASSERT_TRUE(recorder) << recorder.error().text;
    Firing firing;
    firing.rule = "high load";
    tick(**recorder, 1000);
    (*recorder)->fired(firing, true, 1000);
    (*recorder)->fired(firing, false, 1000);
    (*recorder)->decided(decision(1), 1000);
    tick(**recorder, 1010);
    (*recorder)->fired(firing, true, 1010);
  }
  ArchiveReading archive(name_);
  Records records = archive.records();
  ASSERT_EQ(records.size(), 2U);
  using Values = ArchiveReading::Values;
  EXPECT_EQ(records[0].second["pmbalance.rule.firings"],
            (Values{{"offload", "1"}, {"high_load", "2"}}));
  EXPECT_EQ(records[1].second["pmbalance.rule.firings"],
            (Values{{"high_load", "3"}}));
}

TEST_F(RecorderTest, MetadataIsThatOfTheTable) {
  add_rule("offload", true);
  add_rule("spread", true);
  {
    auto recorder = open();
    tick(**recorder, 1000);
    Firing firing;
    for (const char* rule : {"offload", "spread"}) {
      firing.rule = rule;
      (*recorder)->fired(firing, true, 1000);
    }
    Decision full = decision(1);
    full.extra.emplace_back("cost", Value::of(0.75));
    (*recorder)->decided(full, 1000);
    (*recorder)->ended(1, MoveState::failed, "no room", 1000);
  }
  ArchiveReading archive(name_);
  std::vector<std::string> names = archive.metrics();
  std::erase_if(names, [](const std::string& name) {
    return !name.starts_with("pmbalance.");
  });
  EXPECT_EQ(names.size(), kRecordMetricCount);
  for (const agent::MetricRow& row : kRecordMetrics) {
    const std::string name = std::string("pmbalance.") + row.name;
    SCOPED_TRACE(name);
    const pmDesc desc = archive.desc(name);
    EXPECT_EQ(pmID_domain(desc.pmid), static_cast<unsigned>(kRecordDomain));
    EXPECT_EQ(desc.type, row.type);
    EXPECT_EQ(desc.sem, row.semantics);
    EXPECT_STREQ(pmUnitsStr(&desc.units), pmUnitsStr(&row.units));
    EXPECT_EQ(archive.help(name, PM_TEXT_ONELINE), row.oneline);
    EXPECT_EQ(archive.help(name, PM_TEXT_HELP), row.help);
    if (row.indom == agent::kSingular)
      EXPECT_EQ(desc.indom, PM_INDOM_NULL);
    else
      EXPECT_EQ(archive.instance_domain_help(desc.indom, PM_TEXT_HELP),
                kRecordDomains[static_cast<std::size_t>(row.indom)].help);
  }
  EXPECT_EQ(archive.domain_labels(kRecordDomain), R"({"agent":"pmbalance"})");
}

TEST_F(RecorderTest, ExistingFilesAreNotTouched) {
  for (const char* suffix : {".0", ".meta", ".index"}) {
    std::ofstream(name_ + suffix) << "precious";
    const auto recorder = open();
    ASSERT_FALSE(recorder);
    EXPECT_EQ(recorder.error().code, EEXIST);
    EXPECT_EQ(recorder.error().text,
              "archive " + name_ + ": " + name_ + suffix + " is there already");
    EXPECT_EQ(fs::file_size(name_ + suffix), 8U);
    fs::remove(name_ + suffix);
  }
  name_ = folder_ / "no" / "such";
  EXPECT_FALSE(open());
}

TEST_F(RecorderTest, WithoutATickThereIsNoArchive) {
  ASSERT_TRUE(open());
  EXPECT_TRUE(fs::is_empty(folder_));
}

TEST_F(RecorderTest, AnErrorEndsTheRecordingAndIsToldOnce) {
  signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  auto recorder = open();
  ASSERT_TRUE(recorder);
  tick(**recorder, 1000);
  const rlimit small{20000, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  for (int i = 1; i < 1000; ++i) tick(**recorder, 1000 + i);
  recorder->reset();
  setrlimit(RLIMIT_FSIZE, &before);
  ASSERT_EQ(log_.size(), 1U);
  EXPECT_EQ(log_.front().rfind("archive " + name_ + ": ", 0), 0U)
      << log_.front();
}

TEST_F(RecorderTest, RulesReadAnewKeepTheirInstances) {
  add_rule("a", true);
  add_rule("b", true);
  Program next;
  {
    auto recorder = open();
    ASSERT_TRUE(recorder);
    Firing firing;
    firing.rule = "b";
    tick(**recorder, 1000);
    (*recorder)->fired(firing, true, 1000);
    next.rules = {program_.rules[1], program_.rules[0]};
    next.rules[1].name = "c";
    (*recorder)->use(next);
    tick(**recorder, 1010);
    (*recorder)->fired(firing, true, 1010);
    firing.rule = "c";
    (*recorder)->fired(firing, true, 1010);
  }
  ArchiveReading archive(name_);
  Records records = archive.records();
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[1].second["pmbalance.rule.firings"],
            (ArchiveReading::Values{{"b", "2"}, {"c", "1"}}));
}

TEST_F(RecorderTest, TheZoneOfTheProgramStaysAsItIs) {
  setenv("TZ", "BBB-2", 1);
  const time_t zero = 0;
  char before[32];
  char after[32];
  pmCtime(&zero, before);
  {
    auto recorder = open();
    tick(**recorder, 1000);
    pmCtime(&zero, after);
  }
  unsetenv("TZ");
  EXPECT_STREQ(before, after);
}

}  // namespace
}  // namespace balance
