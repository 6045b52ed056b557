#include "tools/interactive.h"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace balance {
namespace {

/// A session from 100 to 160, of which everything that it says is kept.
class InteractiveTest : public testing::Test {
 protected:
  InteractiveTest() {
    world_.load = [](const Sources& sources) {
      LoadOptions options;
      options.listing = true;
      return load_sources(sources, {}, options);
    };
    world_.run = [this](const Program& program, const TimeWindow& window) {
      said_ += fmt::format("run {} rules from {} to {}\n", program.rules.size(),
                           window.start_s, window.end_s);
    };
    world_.print = [this](const std::string& text) { said_ += text; };
    world_.error = world_.print;
  }

  /// What is said to some lines of input, without the head.
  std::string obey(const std::string& lines) {
    said_.clear();
    std::istringstream in(lines);
    Interactive interactive("pmbalance", {100, 160}, world_);
    interactive.obey(in);
    const std::string prompt = "pmbalance> ";
    return said_.substr(said_.find(prompt) + prompt.size());
  }

  Interactive::World world_;
  std::string said_;
};

TEST_F(InteractiveTest, LoadsListsAndRuns) {
  EXPECT_EQ(obey("f\na = load :n1 > 1;\nb = a1.b + 2;\n.\nl b\nl\nr\nq\nl\n"),
            "pmbalance> b = a1.b + 2;\n\n"
            "pmbalance> a = load :n1 > 1;\n\nb = a1.b + 2;\n\n"
            "pmbalance> run 2 rules from 100 to 160\n"
            "pmbalance> ");
}

TEST_F(InteractiveTest, AddsFilesToWhatIsLoaded) {
  char name[] = "/tmp/interactive_test.XXXXXX";
  const int fd = mkstemp(name);
  ASSERT_GE(fd, 0);
  close(fd);
  std::ofstream(name) << "c = load * $two;\n";
  EXPECT_EQ(obey(fmt::format("f\ntwo = 2;\n.\nf {}\nl\nf /no/such\n", name)),
            "pmbalance> pmbalance> c = load * $two;\n\n"
            "pmbalance> pmbalance: cannot read /no/such: "
            "No such file or directory\n"
            "pmbalance> ");
  unlink(name);
}

TEST_F(InteractiveTest, KeepsWhatItHadWhenAFileHasErrors) {
  const std::string said = obey("f\na = load;\n.\nf\nb = $none;\n.\nl\n");
  EXPECT_NE(said.find("standard input:1:5: error: "), std::string::npos)
      << said;
  EXPECT_NE(said.find("pmbalance> a = load;\n\npmbalance> "), std::string::npos)
      << said;
}

TEST_F(InteractiveTest, ShowsWhatTheBindingsAre) {
  EXPECT_EQ(obey("f\na = some_inst (load > 4) -> print \"%v\";\n.\nv a\nv z\n"),
            "pmbalance> a (subexpression for %h, %i and %v bindings) =\n"
            "load\n\n"
            "pmbalance> pmbalance: error - rule \"z\" not defined\n"
            "pmbalance> ");
}

TEST_F(InteractiveTest, TakesTimesAsPmieDoes) {
  EXPECT_EQ(
      obey("f\na = load;\n.\nr 5\nT 1min\nr\nS 10\nr 2\nS\nT\nT x\nS =\n"),
      "pmbalance> run 1 rules from 100 to 105\n"
      "pmbalance> pmbalance> run 1 rules from 100 to 160\n"
      "pmbalance> pmbalance> run 1 rules from 110 to 112\n"
      "pmbalance> pmbalance: error - argument required\n"
      "pmbalance> pmbalance: error - argument required\n"
      "pmbalance> x\n^ -- unexpected value\n"
      "pmbalance> =\n^ -- unexpected value\n"
      "pmbalance> ");
}

TEST_F(InteractiveTest, RunsNowWhenLive) {
  world_.now_s = [] { return 1000.5; };
  EXPECT_EQ(obey("f\na = load;\n.\nr 5\n"),
            "pmbalance> run 1 rules from 1000.5 to 1005.5\npmbalance> ");
}

TEST_F(InteractiveTest, KnowsNothingElse) {
  EXPECT_EQ(obey("\n  h\n").find("pmbalance> pmbalance commands\n"), 0U);
  EXPECT_EQ(obey("r\nl\n"), "pmbalance> pmbalance> ");
}

}  // namespace
}  // namespace balance
