#include "action/text_actions.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <thread>

#include <gtest/gtest.h>

#include "action/firing_for_test.h"
#include "host/test_dir.h"

namespace balance {
namespace {

using Kind = Action::Kind;

class TextActionsTest : public testing::Test {
 protected:
  TextActionsTest() {
    setenv("TZ", "UTC", 1);
    tzset();
  }

  TextActions::Options options() {
    TextActions::Options out;
    out.print = [this](const std::string& text) { printed += text; };
    out.log = [this](const std::string& text) { logged.push_back(text); };
    out.setting = [this](const char* name) { return settings[name]; };
    return out;
  }

  /// Runs a command whose output goes to the file `out`.
  bool shell(TextActions& actions, const std::string& text,
             const std::vector<Subject>& subjects = {}) {
    return actions.execute(
        firings.make(Kind::shell, {"exec >" + dir.path("out") + "\n", text},
                     subjects),
        10);
  }
  std::string out() { return read("out"); }
  /// "" if there is no such file.
  std::string read(const std::string& name) {
    std::ifstream in(dir.path(name));
    return {std::istreambuf_iterator<char>(in), {}};
  }
  /// Waits at most five seconds for a file to have n lines.
  std::string wait_lines(const std::string& file, long n) {
    std::string text;
    for (int i = 0; i < 500; ++i) {
      text = read(file);
      if (std::count(text.begin(), text.end(), '\n') >= n) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return text;
  }

  mosix::TestDir dir;
  std::map<std::string, std::string> settings;
  std::string printed;
  std::vector<std::string> logged;
  Firings firings;
};

TEST_F(TextActionsTest, PrintsALine) {
  TextActions actions(options());
  EXPECT_TRUE(actions.execute(
      firings.make(Kind::print, {"busy:", " %i"}, {instance("a b")}), 10));
  EXPECT_EQ(printed, "Thu Jan  1 00:00:10 1970: busy: a b\n");
  EXPECT_EQ(actions.counters().executed, 1U);
}

TEST_F(TextActionsTest, ShellSucceedsWithExitStatusZeroOnly) {
  TextActions actions(options());
  EXPECT_TRUE(shell(actions, "true"));
  EXPECT_FALSE(shell(actions, "exit 3"));
  EXPECT_FALSE(shell(actions, "kill -9 $$"));
  EXPECT_FALSE(shell(actions, "no-such-command 2>&1"));
  EXPECT_EQ(out(), "sh: 2: no-such-command: not found\n");
  EXPECT_EQ(actions.counters().executed, 4U);
  EXPECT_EQ(actions.counters().failed, 3U);
  // It is a result, no trouble: `a | b` counts on it.
  EXPECT_TRUE(logged.empty());
}

TEST_F(TextActionsTest, ShellHasPmiesPath) {
  settings = {{"PCP_BIN_DIR", "/usr/bin"}, {"PCP_PLATFORM_PATHS", "/opt/x"}};
  TextActions actions(options());
  EXPECT_TRUE(shell(actions, "printenv PATH"));
  EXPECT_EQ(out(), "/usr/sbin:/sbin:/usr/bin:/bin:/usr/bin:/opt/x\n");
}

TEST_F(TextActionsTest, DataReachesACommandAsArgumentsAndAsNothingElse) {
  TextActions actions(options());
  EXPECT_TRUE(shell(actions, "printf '<%s>' %i %v %h",
                    {instance("/dev/sda=1", "-2.5")}));
  EXPECT_EQ(out(), "</dev/sda=1><-2.5><node1>");
  const std::string touched = dir.path("touched");
  for (const std::string& name :
       {"$(touch " + touched + ")", "`touch " + touched + "`",
        "x;touch " + touched, "x\ntouch " + touched, "'; touch " + touched,
        "x|touch${IFS}" + touched, "x>" + touched})
    for (const char* text : {"echo %i", "echo '%i'", "echo \"%i\"", "%i",
                             "eval echo %i", "echo `echo %i`"}) {
      EXPECT_FALSE(shell(actions, text, {instance(name)})) << text << name;
      EXPECT_EQ(read("touched"), "");
      EXPECT_FALSE(std::filesystem::exists(touched)) << text << name;
    }
  EXPECT_EQ(actions.counters().refused, 42U);
  EXPECT_EQ(actions.counters().failed, 42U);
}

TEST_F(TextActionsTest, ARefusalIsLoggedOnce) {
  TextActions actions(options());
  const Firing& firing =
      firings.make(Kind::shell, {"echo '%i'"}, {instance("a")});
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(actions.execute(firing, 10));
  EXPECT_EQ(logged, std::vector<std::string>{
                        "some:file.pmie:12:5: rule1: shell refused: %i inside "
                        "quotes"});
  EXPECT_EQ(actions.counters().refused, 3U);
  EXPECT_EQ(actions.counters().executed, 0U);
}

/// Texts made of pieces that shells care about: wherever the scanner lets a
/// reference stand, sh expands it or finds the text wrong.
TEST_F(TextActionsTest, ShellsReadCommandsAsTheScannerDoes) {
  constexpr const char* kPieces[] = {"'", "\"", "\\", "`",  "$(", "${x:-", ")",
                                     "}", " ",  "a",  " #", "\n", "$",     "("};
  std::mt19937 random(1);
  TextActions actions(options());
  int ran = 0;
  for (int i = 0; i < 3000 && ran < 300; ++i) {
    std::string text = ": ";
    for (unsigned n = random() % 8; n > 0; --n)
      text += kPieces[random() % std::size(kPieces)];
    const Firing& firing =
        firings.make(Kind::shell, {text, "%i"}, {instance("MARK")});
    if (!shell_command(firing)) continue;
    ++ran;
    const std::string file = dir.path("trace");
    Firing traced = firing;
    Action action = *firing.action;
    action.strings = {"exec 2>" + file + "; set -x\n", text + "%i"};
    traced.action = &action;
    const bool ok = actions.execute(traced, 10);
    const std::string trace = read("trace");
    EXPECT_TRUE(trace.find("MARK") != std::string::npos || !ok) << text;
    EXPECT_EQ(trace.find("${1}"), std::string::npos) << text << '\n' << trace;
  }
  EXPECT_EQ(ran, 300);
}

TEST_F(TextActionsTest, ACommandIsKilledAtItsDeadline) {
  TextActions::Options wanted = options();
  wanted.shell_deadline = std::chrono::milliseconds(100);
  TextActions actions(wanted);
  EXPECT_FALSE(shell(actions, "sleep 1000"));
  EXPECT_EQ(logged, std::vector<std::string>{
                        "some:file.pmie:12:5: rule1: killed after 100 ms"});
}

TEST_F(TextActionsTest, AnAlarmShowsOnceAtATime) {
  dir.put("confirm",
          "#!/bin/sh\n"
          "printf '[%s]' \"$@\" >>" +
              dir.path("shown") +
              "\n"
              "echo >>" +
              dir.path("shown") +
              "\n"
              "while ! test -e " +
              dir.path("confirmed") +
              "; do sleep 0.02; done\n"
              "echo end >>" +
              dir.path("ended") + "\n");
  std::filesystem::permissions(dir.path("confirm"),
                               std::filesystem::perms::owner_all);
  settings["PCP_XCONFIRM_PROG"] = dir.path("confirm");
  TextActions actions(options());
  const Firing& one =
      firings.make(Kind::alarm, {"disk", " %i"}, {instance("$(touch x) -b")});
  EXPECT_TRUE(actions.execute(one, 10));
  const std::string line =
      "[-header][Performance Co-Pilot Alarm][-b][Cancel][-icon][warning]"
      "[-t][Thu Jan  1 00:00:10 1970\n][-t][disk $(touch x) -b]\n";
  EXPECT_EQ(wait_lines("shown", 2), line);
  EXPECT_TRUE(actions.execute(one, 20));
  EXPECT_EQ(actions.counters().executed, 1U);
  EXPECT_TRUE(actions.execute(firings.make(Kind::alarm, {"other"}), 20));
  EXPECT_EQ(actions.counters().executed, 2U);
  wait_lines("shown", 4);
  dir.put("confirmed", "");
  wait_lines("ended", 2);
  for (int i = 0; i < 500 && actions.counters().executed == 2; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    EXPECT_TRUE(actions.execute(one, 30));
  }
  EXPECT_EQ(actions.counters().executed, 3U);
  wait_lines("ended", 3);
}

TEST_F(TextActionsTest, AnAlarmWithoutItsProgramIsAnEcho) {
  testing::internal::CaptureStdout();
  TextActions actions(options());
  const Firing& firing = firings.make(Kind::alarm, {"disk"});
  // The second one is shown when the first has ended.
  for (int i = 0; i < 500 && actions.counters().executed < 2; ++i) {
    EXPECT_TRUE(actions.execute(firing, 10));
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_EQ(actions.counters().executed, 2U);
  EXPECT_EQ(logged.size(), 1U);
  const std::string echoed = testing::internal::GetCapturedStdout();
  EXPECT_TRUE(echoed.starts_with(
      "-header Performance Co-Pilot Alarm -b Cancel -icon warning -t Thu "
      "Jan  1 00:00:10 1970\n -t disk\n"))
      << echoed;
}

TEST_F(TextActionsTest, AnAlarmThatCannotBeShownHasFailed) {
  settings["PCP_XCONFIRM_PROG"] = "/no/such/program";
  TextActions actions(options());
  const Firing& firing = firings.make(Kind::alarm, {"x"});
  for (int i = 0; i < 2; ++i) EXPECT_FALSE(actions.execute(firing, 10));
  EXPECT_EQ(logged.size(), 1U);
}

TEST_F(TextActionsTest, StompWithoutSettingsIsAnErrorAtTheStart) {
  settings = {{"PCP_VAR_DIR", dir.path("var")},
              {"PCP_SYSCONF_DIR", dir.path("etc")}};
  Program program;
  TextActions actions(options());
  EXPECT_TRUE(actions.prepare(program));
  Action inner, outer;
  inner.kind = Kind::stomp;
  outer.kind = Kind::either;
  outer.parts = {Action(), inner};
  program.rules.resize(1);
  program.rules[0].otherwise = outer;
  const auto ready = actions.prepare(program);
  ASSERT_FALSE(ready);
  EXPECT_EQ(ready.error().text,
            dir.path("var") + "/config/pmie/stomp: No such file or directory");
  EXPECT_FALSE(actions.execute(firings.make(Kind::stomp, {"x"}), 10));
}

}  // namespace
}  // namespace balance
