// Rules that are read anew while an engine runs.
#include <atomic>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>

#include <gtest/gtest.h>

#include "engine/engine.h"
#include "program/renumber.h"
#include "rule_test/series.h"
#include "tools/reloader.h"
#include "tools/rule_files.h"

namespace balance {
namespace {

constexpr double kDelta_s = 10;

std::shared_ptr<const Program> read(const std::string& text,
                                    std::vector<std::string> hosts = {""}) {
  LoadOptions options;
  options.check.delta_s = kDelta_s;
  options.check.hosts = std::move(hosts);
  LoadedRules rules = load_sources(
      {std::make_shared<const base::SourceFile>("rules", text)}, {}, options);
  EXPECT_TRUE(rules.program) << rules.messages;
  return std::make_shared<const Program>(std::move(*rules.program));
}

/// Runs a text for some evaluations on series, and others after it.
class Rerun : public Observer {
 public:
  /// `later`: before which evaluation (the first is 0) which text is read; "":
  /// one with errors.
  Rerun(const std::string& text, const std::string& values,
        std::map<int, std::string> later, std::uint64_t samples)
      : later_(std::move(later)) {
    programs_.push_back(read(text));
    Series source({"", "node1", "node2"}, kDelta_s);
    EXPECT_TRUE(source.add(values).has_value());
    EngineWorld world;
    world.now_s = [this] { return now_s_; };
    world.wait = [this](double until_s) {
      now_s_ = until_s;
      return true;
    };
    world.log = [](const std::string&) {};
    world.print = world.log;
    world.act = [this](const Firing& firing, double now_s) {
      acted.push_back(firing.rule + '@' + std::to_string(std::lround(now_s)));
      return true;
    };
    world.reload = [this] { return reload(); };
    world.observers = {this};
    const Plugins none;
    EngineOptions options;
    options.dry_run = true;
    options.samples = samples;
    Engine(*programs_[0], source, none, options, world).run();
  }

  void evaluated(const Task&, const Evaluator&, const Tick&) override {
    ++evaluations_;
  }
  void config_ok(bool ok) override { configs.push_back(ok); }

  std::vector<std::string> acted;
  std::vector<bool> configs;

 private:
  std::optional<Reload> reload() {
    const auto found = later_.find(evaluations_);
    if (found == later_.end()) return std::nullopt;
    const std::string text = found->second;
    later_.erase(found);
    if (text.empty()) return Reload{};
    auto fresh =
        std::make_shared<Program>(*read(text, programs_.back()->hosts));
    keep_numbers(*fresh, *programs_.back());
    programs_.push_back(fresh);
    return Reload{programs_.back().get()};
  }

  std::map<int, std::string> later_;
  std::vector<std::shared_ptr<const Program>> programs_;
  double now_s_ = 0;
  int evaluations_ = 0;
};

using Acts = std::vector<std::string>;

TEST(Reload, DurationsGoOnWhereTheExpressionIsTheSame) {
  const std::string busy = "busy = load :node1 > 1 for 30 sec -> print \"x\";";
  const std::string values = "load :node1 : 2x9";
  EXPECT_EQ(Rerun(busy, values, {}, 4).acted, Acts{"busy@30"});
  const std::string more = "other = load :node2 > 1 -> print \"y\"; " + busy;
  EXPECT_EQ(Rerun(busy, values, {{2, more}}, 4).acted, Acts{"busy@30"})
      << "another rule before it, about another host";
  const std::string changed =
      "busy = load :node1 > 1.5 for 30 sec -> print \"x\";";
  EXPECT_EQ(Rerun(busy, values, {{2, changed}}, 6).acted, Acts{"busy@50"})
      << "what changed begins anew";
  const std::string faster = "delta = 5 sec; " + busy;
  EXPECT_EQ(Rerun(faster, "load :node1 : 2x20", {{2, busy}}, 6).acted,
            Acts{"busy@40"})
      << "so does what has another delta";
}

TEST(Reload, HoldOffsBelongToTheNameOfTheRule) {
  const std::string rule = "off = load :node1 > 1 -> print 1 hour \"x\";";
  const std::string values = "load :node1 : 2x9   load :node2 : 2x9";
  const std::string changed = "off = load :node2 > 1 -> print 1 hour \"x\";";
  EXPECT_EQ(Rerun(rule, values, {{2, rule + " "}}, 5).acted, Acts{"off@0"});
  EXPECT_EQ(Rerun(rule, values, {{2, changed}}, 5).acted, Acts{"off@0"});
  const std::string renamed = "other = load :node1 > 1 -> print 1 hour \"x\";";
  EXPECT_EQ(Rerun(rule, values, {{2, renamed}}, 5).acted,
            (Acts{"off@0", "other@20"}));
  const std::string unnamed = "load :node1 > 1 -> print 1 hour \"x\";";
  EXPECT_EQ(Rerun(unnamed, values, {{2, unnamed + " "}}, 5).acted,
            (Acts{"expr_1@0", "expr_1@20"}))
      << "W05 warns of it";
}

TEST(Reload, CountersHaveTheirRatesAtOnce) {
  const std::string rule = "r = sent :node1 > 5 -> print \"x\";";
  const std::string values = "counter sent :node1 : 0 100 200 300 400";
  EXPECT_EQ(Rerun(rule, values, {{2, "b = 1; " + rule}}, 4).acted,
            (Acts{"r@10", "r@20", "r@30"}));
}

TEST(Reload, WindowsAndLatchesGoOn) {
  const std::string rule =
      "w = all_sample load :node1 @0..2 > 1 -> print \"w\";"
      "l = latch(load :node1 == 9, load :node1 == 0) -> print \"l\";";
  const std::string values = "load :node1 : 9 2 2 2 0 0";
  EXPECT_EQ(Rerun(rule, values, {{2, "b = 1; " + rule}}, 5).acted,
            Rerun(rule, values, {}, 5).acted);
}

TEST(Reload, WithErrorsTheOldRulesGoOn) {
  const std::string rule = "r = load :node1 > 1 -> print \"x\";";
  const Rerun run(rule, "load :node1 : 2x9", {{1, ""}, {2, rule + " "}}, 4);
  EXPECT_EQ(run.acted, (Acts{"r@0", "r@10", "r@20", "r@30"}));
  EXPECT_EQ(run.configs, (std::vector<bool>{false, true}));
}

TEST(Reload, HostsKeepTheirNumbers) {
  const auto before = read("a = load :node1 > 1; b = load :node2 > 1;");
  const auto after = read("b = load :node3 :node2 > 1;", before->hosts);
  EXPECT_EQ(after->hosts,
            (std::vector<std::string>{"", "node1", "node2", "node3"}));
}

/// Rule files in a folder of their own.
class ReloaderTest : public testing::Test {
 protected:
  ReloaderTest()
      : folder_(testing::TempDir() + "reload-" +
                testing::UnitTest::GetInstance()->current_test_info()->name()) {
    std::filesystem::create_directories(folder_);
    write("a = 1;");
    reloader_ = std::make_unique<Reloader>(
        Sources{*read_rule_file(path())},
        Reloader::World{
            [this](const Sources& sources, const std::vector<std::string>&) {
              ++loads_;
              return load_sources(sources, {}, {});
            },
            [] {}});
  }
  ~ReloaderTest() override {
    reloader_.reset();
    std::filesystem::remove_all(folder_);
  }
  std::string path() const { return folder_ + "/some.rules"; }
  void write(const std::string& text) { std::ofstream(path()) << text; }
  Reloader::Result load() {
    reloader_->ask({""});
    for (int i = 0; i < 1000; ++i) {
      if (auto out = reloader_->take()) return std::move(*out);
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    ADD_FAILURE() << "nothing was read in ten seconds";
    return {};
  }

  const std::string folder_;
  std::atomic<int> loads_ = 0;
  std::unique_ptr<Reloader> reloader_;
};

TEST_F(ReloaderTest, ReadsWhatChangedAndOnlyThat) {
  EXPECT_TRUE(load().unchanged);
  EXPECT_EQ(loads_, 0);
  write("a = 2;");
  const Reloader::Result changed = load();
  EXPECT_FALSE(changed.unchanged);
  EXPECT_TRUE(changed.rules.program);
  EXPECT_TRUE(load().unchanged) << "compared with what was taken last";
}

TEST_F(ReloaderTest, SaysWhatIsWrong) {
  write("a = ;");
  Reloader::Result wrong = load();
  EXPECT_FALSE(wrong.rules.program);
  EXPECT_NE(wrong.rules.messages.find("some.rules:1:5: error"),
            std::string::npos)
      << wrong.rules.messages;
  std::filesystem::remove(path());
  wrong = load();
  EXPECT_FALSE(wrong.rules.program);
  EXPECT_NE(wrong.rules.messages.find("cannot read"), std::string::npos);
  write("a = 1;");
  EXPECT_TRUE(load().unchanged) << "the rules that run are the first ones";
}

}  // namespace
}  // namespace balance
