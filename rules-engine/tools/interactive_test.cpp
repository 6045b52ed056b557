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
    world_.run = [this](const Program& program, const TimeWindow& window,
                        Observer& observer) {
      said_ += fmt::format("run {} rules from {} to {}\n", program.rules.size(),
                           window.start_s, window.end_s);
      evaluate(program, observer);
    };
    world_.hosts.host_name = [](const std::string& host) {
      return host.empty() ? "home" : host;
    };
    world_.hosts.instances = [](const std::string& metric, const std::string&) {
      using Names = std::vector<std::string>;
      return metric == "disk" ? Names{"sda", "sdb"} : Names();
    };
    world_.print = [this](const std::string& text) { said_ += text; };
    world_.error = world_.print;
  }

  /// What is said to some lines of input, without the head.
  std::string obey(const std::string& lines) {
    said_.clear();
    std::istringstream in(lines);
    Interactive interactive("pmbalance", {100, 160}, {50, 300}, world_);
    interactive.obey(in);
    const std::string prompt = "pmbalance> ";
    return said_.substr(said_.find(prompt) + prompt.size());
  }

  /// Once, of a host that has the disk sdb alone.
  static void evaluate(const Program& program, Observer& observer) {
    const auto roster = std::make_shared<Roster>();
    roster->instances = {1};
    roster->names = {"sdb"};
    const auto sample = std::make_shared<Sample>();
    sample->instances = true;
    sample->received_s = 100;
    sample->roster = roster;
    sample->numbers = {5};
    Snapshot snapshot(100);
    snapshot.put("disk", 0, sample);
    Evaluator evaluator(program);
    for (const Task& task : program.tasks) {
      evaluator.run(task, snapshot);
      observer.evaluated(task, evaluator, {});
    }
  }

  Interactive::World world_;
  std::string said_;
};

TEST_F(InteractiveTest, BeginsAsPmie) {
  std::istringstream nothing;
  Interactive("pmbalance", {100, 160}, {50, 300}, world_).obey(nothing);
  EXPECT_EQ(said_.find("Performance Co-Pilot Inference Engine (pmbalance), "
                       "Version "),
            0U);
  EXPECT_NE(said_.find("\n\npmbalance debugger commands\n\n  f [file-name] "),
            std::string::npos);
  EXPECT_NE(said_.find("  q                  - quit\n\npmbalance> "),
            std::string::npos);
}

TEST_F(InteractiveTest, LoadsListsAndRuns) {
  EXPECT_EQ(obey("f\na = load :n1 > 1;\nb = a1.b + 2;\n.\nl b\nl\nr\nq\nl\n"),
            "pmbalance> b =\na1.b :home + 2;\n\n"
            "pmbalance> a =\nload :n1 > 1;\n\nb =\na1.b :home + 2;\n\n"
            "pmbalance> run 2 rules from 100 to 160\n"
            "pmbalance> ");
}

TEST_F(InteractiveTest, FindsNamesWithAndWithoutQuotes) {
  EXPECT_EQ(obey("f\n'a b' = load;\n.\nl a b\nl 'a b'\nl a\n"),
            "pmbalance> 'a b' =\nload :home;\n\n"
            "pmbalance> 'a b' =\nload :home;\n\n"
            "pmbalance> pmbalance: error - rule \"a\" not defined\n"
            "pmbalance> ");
}

TEST_F(InteractiveTest, TextEndsWithADot) {
  EXPECT_EQ(obey("f\na = load > 1.\n;b = $a; .\nl b\n"),
            "pmbalance> b =\nload :home > 1;\n\n"
            "pmbalance> ");
}

TEST_F(InteractiveTest, ListsTheInstancesOfTheLastEvaluation) {
  EXPECT_EQ(obey("f\na = disk;\nb = disk :n1;\n.\nl\nr\nl\n"),
            "pmbalance> a =\ndisk :home #sda #sdb;\n\n"
            "b =\ndisk :n1 #sda #sdb;\n\n"
            "pmbalance> run 2 rules from 100 to 160\n"
            "pmbalance> a =\ndisk :home #sdb;\n\nb =\ndisk :n1;\n\n"
            "pmbalance> ");
}

TEST_F(InteractiveTest, AddsFilesToWhatIsLoaded) {
  char name[] = "/tmp/interactive_test.XXXXXX";
  const int fd = mkstemp(name);
  ASSERT_GE(fd, 0);
  close(fd);
  std::ofstream(name) << "c = load * $two;\n";
  EXPECT_EQ(obey(fmt::format("f\ntwo = 2;\n.\nf {}\nl\nf /no/such\n", name)),
            "pmbalance> pmbalance> c =\nload :home * 2;\n\n"
            "pmbalance> pmbalance: cannot read /no/such: "
            "No such file or directory\n"
            "pmbalance> ");
  unlink(name);
}

TEST_F(InteractiveTest, KeepsWhatItHadWhenAFileHasErrors) {
  const std::string said = obey("f\na = load;\n.\nf\nb = $none;\n.\nl\n");
  EXPECT_NE(said.find("standard input:1:5: error: "), std::string::npos)
      << said;
  EXPECT_NE(said.find("pmbalance> a =\nload :home;\n\npmbalance> "),
            std::string::npos)
      << said;
}

TEST_F(InteractiveTest, ShowsWhatTheBindingsAre) {
  EXPECT_EQ(
      obey("f\na = some_inst (load > 4) -> print \"%v\";\n.\nv a\nv z\nl z\n"),
      "pmbalance> a (subexpression for %h, %i and %v bindings) =\n"
      "load :home\n\n"
      "pmbalance> pmbalance: error - rule 'z' not defined\n"
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

TEST_F(InteractiveTest, StartsAnywhereInWhatThereIs) {
  struct {
    const char* start;
    const char* first;
  } const rows[] = {{"+5", "105"},
                    {"5", "105"},
                    {"@1970-01-01 00:02:30", "150"},
                    {"@1970-01-01 00:01:10", "70"},
                    {"@00:01:10", "70"},
                    {"@1970-01-01 00:00:10", "50"},
                    {"-10", "290"},
                    {"-230", "70"},
                    {"-1000", "50"}};
  setenv("TZ", "UTC", 1);
  tzset();
  for (const auto& row : rows) {
    SCOPED_TRACE(row.start);
    const std::string said =
        obey(fmt::format("f\na = load;\n.\nS {}\nr 0\n", row.start));
    EXPECT_NE(said.find(fmt::format("from {0} to {0}\n", row.first)),
              std::string::npos)
        << said;
  }
}

TEST_F(InteractiveTest, RunsNowWhenLive) {
  world_.now_s = [] { return 1000.5; };
  EXPECT_EQ(obey("f\na = load;\n.\nr 5\n"),
            "pmbalance> run 1 rules from 1000.5 to 1005.5\npmbalance> ");
}

TEST_F(InteractiveTest, KnowsNothingElse) {
  EXPECT_EQ(obey("x\n").find("pmbalance debugger commands\n"), 0U);
  EXPECT_EQ(obey("\n \t\n?\n").find("pmbalance debugger commands\n"), 0U);
  EXPECT_EQ(obey("r\nl\n"), "pmbalance> pmbalance> ");
}

}  // namespace
}  // namespace balance
