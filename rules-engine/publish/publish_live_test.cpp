// Through a pmdammv below a pmcd of its own.
#include <array>
#include <cstdio>
#include <functional>

#include "eval/program_builder.h"
#include "pmapi/live_test.h"
#include "publish/live_publisher.h"

namespace balance::live_test {
namespace {

constexpr const char* kMmvAgent = "/var/lib/pcp/pmdas/mmv/pmdammv";
constexpr const char* kNamesFolder = "/usr/lib/pcp/pmns/";

/// Two rules, of which one acts, and a template.
Program program_of(const std::vector<std::string>& rules) {
  ProgramBuilder builder({"n1", "n2"}, 10);
  for (const std::string& name : rules) {
    builder.begin(name);
    const Slot load = builder.fetch("load");
    const Slot hot = builder.op(Op::greater, load, builder.number(1));
    builder.value(hot);
    builder.when(hot, load, {});
  }
  builder.begin("mean");
  builder.value(
      builder.collapse(Op::average, Over::host, builder.fetch("load")));
  builder.begin("template");
  builder.value(builder.number(1)).show = false;
  return builder.program();
}

class PublishTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* file : {kPmcd, kAgent, kMmvAgent})
      if (!fs::exists(file)) GTEST_SKIP() << file << " is not installed";
    std::string pattern =
        (fs::temp_directory_path() / "pmbalance-mmv-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    setenv("PCP_DERIVED_CONFIG", "", 1);
    setenv("PCP_TMP_DIR", (folder_ / "pmcd").c_str(), 1);
    std::string merge = "/usr/lib/pcp/bin/pmnsmerge -f";
    for (const char* name : {"root_root", "root_pmcd", "root_mmv"})
      merge += fmt::format(" {}{}", kNamesFolder, name);
    const std::string names = (folder_ / "root").string();
    ASSERT_EQ(std::system(fmt::format("{} {}", merge, names).c_str()), 0);
    fs::create_directories(folder_ / "pmcd" / "mmv");
    pmcd_ = std::make_unique<Pmcd>(folder_ / "pmcd", names);
    pmcd_->stop();
    std::ofstream(folder_ / "pmcd" / "pmcd.conf")
        << "pmcd 2 dso pmcd_init " << kAgent << "\nmmv 70 pipe binary "
        << kMmvAgent << " -d 70 -U root -l " << (folder_ / "mmv.log").string()
        << "\n[access]\nallow hosts \"*\" : all;\n";
    if (geteuid() != 0) GTEST_SKIP() << "needs root";
    pmcd_->start();
  }
  void TearDown() override {
    publisher_.reset();
    pmcd_.reset();
    if (!folder_.empty()) fs::remove_all(folder_);
  }

  void open(const std::string& rules = "some.rules") {
    auto made = LivePublisher::open(
        rules, program_,
        [this](const std::string& t) { logged_.push_back(t); });
    ASSERT_TRUE(made) << made.error().text;
    publisher_ = std::move(*made);
    evaluator_ = std::make_unique<Evaluator>(program_);
  }

  /// An evaluation with these loads.
  void tick(double now_s, double first, std::optional<double> second) {
    Snapshot snapshot(now_s);
    const auto put = [&](HostId host, double load) {
      auto sample = std::make_shared<Sample>();
      sample->taken_s = sample->received_s = now_s;
      sample->numbers = {load};
      snapshot.put("load", host, sample);
    };
    put(1, first);
    if (second) put(2, *second);
    for (const Task& task : program_.tasks) {
      evaluator_->run(task, snapshot);
      publisher_->evaluated(task, *evaluator_, {now_s, 0.25, 1.5, 2});
    }
  }

  static Decision decision(std::uint64_t move) {
    Decision out;
    out.move = move;
    out.rule = "off load";
    out.word = "migrate";
    out.candidate.job = fmt::format("1:{}:77", move);
    out.source = "node1";
    out.target_name = "node2";
    out.extra.emplace_back("gain", Value::of(0.5));
    return out;
  }

  /// What pminfo says.
  std::string info(const std::string& arguments) const {
    const std::string command =
        fmt::format("pminfo -h {} {} 2>&1", pmcd_->host(), arguments);
    FILE* pipe = popen(command.c_str(), "r");
    std::string out;
    std::array<char, 4096> chunk;
    while (std::size_t n = fread(chunk.data(), 1, chunk.size(), pipe))
      out.append(chunk.data(), n);
    pclose(pipe);
    return out;
  }
  /// Waits at most 20 seconds for pminfo to say this somewhere.
  void expect(const std::string& metric, const std::string& wanted) const {
    std::string said;
    for (int i = 0; i < 200; ++i) {
      said = info("-f " + metric);
      if (said.find(wanted) != std::string::npos) return;
      std::this_thread::sleep_for(milliseconds(100));
    }
    ADD_FAILURE() << metric << ": not " << wanted << " but " << said;
  }
  void expect_none(const std::string& metric, const std::string& text) const {
    EXPECT_EQ(info("-f " + metric).find(text), std::string::npos)
        << metric << ": " << info("-f " + metric);
  }

  fs::path folder_;
  std::unique_ptr<Pmcd> pmcd_;
  Program program_ = program_of({"off load"});
  std::unique_ptr<LivePublisher> publisher_;
  std::unique_ptr<Evaluator> evaluator_;
  std::vector<std::string> logged_;
};

TEST_F(PublishTest, RulesAreInstancesByName) {
  open();
  expect("mmv.pmbalance.engine.ticks", "value 0");
  EXPECT_EQ(info("-f mmv.pmbalance.rule.truth").find("] value"),
            std::string::npos)
      << "not evaluated yet";
  tick(1000, 2, 0.5);
  expect("mmv.pmbalance.rule.truth", "or \"off_load\"] value 1\n");
  expect("mmv.pmbalance.rule.value", "or \"mean\"] value 1.25\n");
  expect("mmv.pmbalance.rule.firings", "or \"off_load\"] value 0\n");
  expect_none("mmv.pmbalance.rule.truth", "mean");
  expect_none("mmv.pmbalance.rule.firings", "mean");
  expect_none("mmv.pmbalance.rule.truth", "template");
  tick(1010, 0.5, {});
  expect("mmv.pmbalance.rule.truth", "or \"off_load\"] value -1\n");
  tick(1020, 0.5, 0.5);
  expect("mmv.pmbalance.rule.truth", "or \"off_load\"] value 0\n");
}

TEST_F(PublishTest, DecisionsUse64InstancesInTurn) {
  open();
  publisher_->decided(decision(1), 1000);
  publisher_->decided(decision(2), 1000);
  expect("mmv.pmbalance.decision.job", "[0 or \"0\"] value \"1:1:77\"\n");
  expect("mmv.pmbalance.decision.number", "[1 or \"1\"] value 2\n");
  expect("mmv.pmbalance.decision.outcome", "[1 or \"1\"] value \"asked\"\n");
  expect("mmv.pmbalance.decision.destination", "value \"node2\"\n");
  expect("mmv.pmbalance.decision.gain", "[0 or \"0\"] value 0.5\n");
  expect("mmv.pmbalance.engine.inflight", "value 2\n");
  expect("mmv.pmbalance.rule.firings", "or \"off_load\"] value 2\n");
  expect_none("mmv.pmbalance.decision.number", "\"2\"");
  expect_none("mmv.pmbalance.decision.gain", "\"2\"");
  expect_none("mmv.pmbalance.decision.cost", "] value");
  EXPECT_NE(info("-T mmv.pmbalance.decision.cost").find("clause cost"),
            std::string::npos);
  expect_none("mmv.pmbalance.decision.reason", "] value");
  publisher_->ended(2, MoveState::refused, std::string(300, 'x'), 1010);
  publisher_->ended(1, MoveState::done, "", 1010);
  expect("mmv.pmbalance.decision.outcome", "[1 or \"1\"] value \"refused\"\n");
  expect("mmv.pmbalance.decision.reason", std::string(251, 'x') + "...\"\n");
  expect("mmv.pmbalance.engine.inflight", "value 0\n");
  publisher_->decided(decision(66), 1020);
  expect("mmv.pmbalance.decision.number", "[1 or \"1\"] value 66\n");
  expect("mmv.pmbalance.decision.outcome", "[1 or \"1\"] value \"asked\"\n");
  publisher_->ended(2, MoveState::failed, "too late", 1030);
  expect_none("mmv.pmbalance.decision.outcome", "failed");
  expect_none("mmv.pmbalance.decision.reason", "] value");
}

TEST_F(PublishTest, TheEngineShowsItsOwnWork) {
  open();
  tick(1000, 2, 0.5);
  publisher_->config_ok(false);
  // Two evaluations, of which the second began with the first.
  expect("mmv.pmbalance.engine.config_ok", "value 0\n");
  expect("mmv.pmbalance.engine.ticks", "value 3\n");
  expect("mmv.pmbalance.engine.missed", "value 6\n");
  expect("mmv.pmbalance.engine.eval.time", "value 250000\n");
  expect("mmv.pmbalance.engine.age", "value 1.5\n");
  const std::string described = info("-dT mmv.pmbalance.engine.eval.time");
  EXPECT_NE(described.find("Semantics: counter  Units: microsec"),
            std::string::npos)
      << described;
  EXPECT_NE(described.find("waiting for hosts included"), std::string::npos)
      << described;
}

TEST_F(PublishTest, RulesThatAreReadAnewGoOn) {
  open();
  tick(1000, 2, 2);
  publisher_->decided(decision(1), 1000);
  expect("mmv.pmbalance.rule.firings", "or \"off_load\"] value 1\n");
  const std::string before = info("-f mmv.pmbalance.rule.firings");
  Program old = std::move(program_);
  program_ = program_of({"first", "off load"});
  publisher_->use(program_);
  evaluator_ = std::make_unique<Evaluator>(program_);
  tick(1010, 2, 2);
  expect("mmv.pmbalance.rule.truth", "or \"first\"] value 1\n");
  // The same instance, with what it has counted.
  const std::size_t at = before.find("inst");
  expect("mmv.pmbalance.rule.firings", before.substr(at));
  expect("mmv.pmbalance.decision.number", "[0 or \"0\"] value 1\n");
  expect("mmv.pmbalance.engine.ticks", "value 7\n");
}

TEST_F(PublishTest, WhatEndsVanishes) {
  open();
  expect("mmv.pmbalance.engine.ticks", "value 0");
  publisher_.reset();
  expect("mmv.pmbalance", "Unknown metric name");
  EXPECT_TRUE(fs::is_empty(folder_ / "pmcd" / "mmv"));
}

TEST_F(PublishTest, ASecondEngineIsNamedByItsRules) {
  // Another process has the plain name.
  const pid_t other = fork();
  if (other == 0) {
    auto made = LivePublisher::open("other.rules", program_, {});
    pause();
    _exit(made ? 0 : 1);
  }
  expect("mmv.pmbalance.engine.ticks", "value 0");
  open();
  tick(1000, 2, 2);
  expect("mmv.pmbalance.some.engine.ticks", "value 3");
  expect("mmv.pmbalance.some.rule.truth", "or \"off_load\"] value 1\n");
  expect("mmv.pmbalance.engine.ticks", "value 0");
  kill(other, SIGKILL);
  waitpid(other, nullptr, 0);
  expect("mmv.pmbalance.engine.ticks", "Unknown metric name");
  expect("mmv.pmbalance.some.engine.ticks", "value 3");
}

TEST_F(PublishTest, WithoutFolderItIsAnError) {
  fs::remove_all(folder_ / "pmcd" / "mmv");
  const auto made = LivePublisher::open("some.rules", program_, {});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ENOENT);
}

TEST_F(PublishTest, AFolderThatGoesAwayIsSaidOnce) {
  open();
  fs::remove_all(folder_ / "pmcd" / "mmv");
  publisher_->use(program_);
  publisher_->use(program_);
  tick(1000, 2, 2);
  publisher_->decided(decision(1), 1000);
  ASSERT_EQ(logged_.size(), 1U);
  EXPECT_NE(logged_[0].find("not shown as metrics any more"),
            std::string::npos);
}

TEST_F(PublishTest, OfVeryManyRulesTheFirstAreShown) {
  std::vector<std::string> names;
  for (int i = 0; i < 1500; ++i) names.push_back(fmt::format("rule{}", i));
  program_ = program_of(names);
  open();
  tick(1000, 2, 2);
  expect("mmv.pmbalance.rule.truth", "or \"rule999\"] value 1\n");
  expect_none("mmv.pmbalance.rule.truth", "rule1000\"");
}

}  // namespace
}  // namespace balance::live_test
