// Running rule tests: what passes, what the report says of what does not.
#include "rule_test/run_test.h"

#include <cstdlib>
#include <ctime>
#include <map>

#include <gtest/gtest.h>

#include "plugins/migrate/clauses.h"
#include "rule_test/report.h"

namespace balance {
namespace {

/// `migrate`, and files that are only here.
TestKit kit(std::map<std::string, std::string> files = {}) {
  TestKit out;
  check::ActionSpec migrate{"migrate", check::Scope::host, {}};
  for (const pmb_clause& one : migrate_clauses())
    migrate.clauses.push_back(
        {one.word, static_cast<check::OperandKind>(one.operand), one.sides,
         one.required != 0, one.repeatable != 0,
         one.parent != nullptr ? one.parent : ""});
  out.actions = {migrate};
  out.needs["migrate"].home = "home";
  out.read = [files = std::move(files)](const std::string& path)
      -> base::Result<std::shared_ptr<const base::SourceFile>> {
    const auto found = files.find(path);
    if (found == files.end()) return base::fail(ENOENT, "cannot read " + path);
    return std::make_shared<const base::SourceFile>(path, found->second);
  };
  return out;
}

/// The report of one file "dir/t", without its last line.
std::string report_of(const std::string& text,
                      std::map<std::string, std::string> files = {}) {
  setenv("TZ", "UTC", 1);
  tzset();
  files["dir/t"] = text;
  const FileResult result = run_test_file("dir/t", kit(std::move(files)));
  std::string out = report_text({&result, 1});
  return out.substr(0, out.rfind('\n', out.size() - 2) + 1);
}

constexpr const char* kMoves = R"(# Moves
every 5 sec
rules {
  nodes = ":node1 :node2 :node3";
  off = load $nodes > 1 -> migrate pick 2 by cpu where ok == 1 to min load $nodes;
}
load :node1 : 3x2   load :node2 : 0x2   load :node3 : 1x2
cpu :node1 '001001 a' : 0.9x2   cpu :node1 '001002 b' : 0.8x2   cpu :node1 '001003 c' : 0.7x2
ok :node1 '001001 a' : 1x2      ok :node1 '001002 b' : 0x2      ok :node1 '001003 c' : 1x2
)";

TEST(RunTest, MovesAreAllAndInThisOrder) {
  const std::string text = kMoves;
  EXPECT_EQ(report_of(text + "at 0 move off 001001 node1 -> node2\n"
                             "at 0 move off 001003 node1 -> node3|node2\n"),
            "");
  const std::string explained =
      "    [00:00:00] off node1: value 3, 3 candidates\n"
      "        001001  -> node2  (key 0; node3 1)\n"
      "        001002  not taken: where: ok == 1 is false\n"
      "        001003  -> node2  (key 0; node3 1)\n";
  EXPECT_EQ(report_of(text + "at 0 move off 001001 node1 -> node2\n"),
            "dir/t:1: failed: Moves\n"
            "  at 0 (0 sec), dir/t:10:6\n"
            "  - move off 001001 node1 -> node2\n"
            "  + move off 001001 node1 -> node2\n"
            "  + move off 001003 node1 -> node2\n" +
                explained);
  EXPECT_EQ(report_of(text + "at 0 none\n"),
            "dir/t:1: failed: Moves\n"
            "  at 0 (0 sec), dir/t:10:6\n"
            "  - none\n"
            "  + move off 001001 node1 -> node2\n"
            "  + move off 001003 node1 -> node2\n" +
                explained);
  EXPECT_EQ(report_of(text + "at 0 skip off 001002 node1 unknown\n"),
            "dir/t:1: failed: Moves\n"
            "  at 0 (0 sec), dir/t:10:6\n"
            "  - skip off 001002 node1 unknown\n"
            "  + skip off 001002 node1 where\n" +
                explained);
}

TEST(RunTest, ValuesTruthsAndTexts) {
  const std::string text = R"(# It
every 5 sec
start 14:59:50
rules {
  hot = temp > 50;
  mean = avg_inst temp;
  who = name == "x";
  late = $hour >= 15;
  say = rising some_inst $hot -> print "hot: %i is %v";
  warn = all_inst $hot -> syslog "all";
}
temp :node1 'a' : 40 60 70   temp :node1 'b' : 10 _ 55
name :node1 : "x" "y" "x"
)";
  EXPECT_EQ(report_of(text + R"(at 0 value mean : node1=25.0
at 0 value hot : node1#b=false node1#a=false
at 1 value hot : node1#a=true
at 1 true hot node1#a
at 0..1 false hot node1#zz
)"),
            "dir/t:1: failed: It\n"
            "  at 0 (0 sec), dir/t:18:9\n"
            "  - false hot node1#zz\n"
            "  + value hot : node1#a=false node1#b=false\n"
            "  at 1 (5 sec), dir/t:18:9\n"
            "  - false hot node1#zz\n"
            "  + value hot : node1#a=true\n");
  EXPECT_EQ(report_of(text + R"(at 0 true who
at 1 false who
at 5 sec false late
at 10 sec true late
at 0 silent
at 1 print "hot: a is 60"
at 1 syslog "all"
at 2 syslog "all"
)"),
            "");
  EXPECT_EQ(report_of(text + "at 1 silent\nat 2 print \"no\"\n"),
            "dir/t:1: failed: It\n"
            "  at 1 (5 sec), dir/t:14:6\n"
            "  - silent\n"
            "  + print \"hot: a is 60\"\n"
            "  + syslog \"all\"\n"
            "  at 2 (10 sec), dir/t:15:6\n"
            "  - print \"no\"\n"
            "  + syslog \"all\"\n");
}

TEST(RunTest, OutcomesOfMoves) {
  const std::string text = R"(# It
every 10 sec
rules {
  nodes = ":node1 :node2";
  off = load $nodes > 1 -> migrate pick 1 by cpu to min load $nodes retry 30 sec;
}
load :node1 : 3x9   load :node2 : 0x9   cpu :node1 '001001 a' : 1x9
at 0 move off 001001 node1 -> node2
)";
  EXPECT_EQ(report_of(text + "at 1 move off 001001 node1 -> node2\n"), "");
  EXPECT_EQ(report_of(text + "outcome off 001001 done after 3\n"
                             "at 1..2 skip off 001001 node1 in-flight\n"
                             "at 3 move off 001001 node1 -> node2\n"),
            "");
  EXPECT_EQ(report_of(text + "at 0 outcome off 001001 refused after 15 sec\n"
                             "at 1 skip off 001001 node1 in-flight\n"
                             "at 2..4 skip off 001001 node1 no-target\n"
                             "at 5..6 move off 001001 node1 -> node2\n"),
            "");
}

TEST(RunTest, AnOutcomeThatNoMoveHasIsProbablyAMistake) {
  const std::string text = kMoves;
  EXPECT_EQ(report_of(text + "outcome off 001002 failed\nat 0..1 false off "
                             "node2\nat 1 outcome off 001001 failed\n"),
            "dir/t:10:1: warning: no move has this outcome\n");
}

TEST(RunTest, MetricsWithoutAHostAreOfTheDefaultOne) {
  const std::string text = R"(
rules {
  off = load > 1 -> migrate pick 1 by cpu to min load :other & print "%h: %s";
}
load :here : 2   load :other : 1   cpu :here '001001 a' : 1
at 0 move off 001001 here -> other
at 0 print "here: here"
at 0 value off : here=true
)";
  EXPECT_EQ(report_of("# It\nhost here" + text), "");
  EXPECT_NE(report_of("# It" + text), "") << "it is node1";
}

TEST(RunTest, ProblemsOfRules) {
  const std::string text = "# It\nrules {\n  a = $b > 1;\n}\n";
  EXPECT_EQ(report_of(text + "error C14 at 1:7\n"), "");
  EXPECT_EQ(report_of(text + "error C14 at 1:7\nat 0 none\n"),
            "dir/t:1: failed: It\n  dir/t:6:6: error: rules with errors are "
            "not evaluated\n");
  const std::string shown = report_of(text + "error C15 at 1:7\n");
  EXPECT_EQ(shown.rfind("dir/t:1: failed: It\n"
                        "  - error C15 at 1:7\n"
                        "  + error C14 at 1:7\n"
                        "    dir/t:3:7: error: ",
                        0),
            0U)
      << shown;
  EXPECT_NE(report_of(text + "at 0 none\n").find("+ error C14 at 1:7"),
            std::string::npos);
  EXPECT_EQ(
      report_of("# It\nrules a.rules\nrules ../b.rules\n"
                "error C14 at ../b.rules:2:5\nerror C14 at 1:5\n",
                {{"dir/a.rules", "a = $b;"}, {"dir/../b.rules", "\nc = $d;"}}),
      "");
  EXPECT_EQ(report_of("# It\nrules a.rules\nat 0 none\n"),
            "dir/t:1: failed: It\n"
            "  dir/t:2:7: error: cannot read dir/a.rules\n");
}

TEST(RunTest, UnitsAreThoseOfTheSeries) {
  EXPECT_EQ(report_of(R"(# It
every 5 sec
rules {
  busy = cpu :node1;
  room = free :node1 > 1 Mbyte;
}
counter msec cpu :node1 : 0+2500x2
Kbyte free :node1 : 1024 1025
at 1 value busy : node1=0.5
at 0 false room
at 1 true room
)"),
            "");
  EXPECT_EQ(report_of("# It\nrules { x = t :node1 > 1 byte; }\nsec t :node1 : "
                      "1\nwarning M01 at 1:24\n"),
            "");
}

TEST(RunTest, NamesThatNothingBears) {
  const std::string text = "# It\nrules { off = load :node1 > 1; }\n";
  const std::pair<const char*, const char*> table[] = {
      {"laod :node1 : 1\nat 0 none\n",
       "dir/t:1:1: warning: `load` of the rules has no series. Did you mean "
       "`laod`?\n"
       "dir/t:3:1: warning: no rule looks at `laod`. Did you mean `load`?\n"},
      {"load :node1 : 1\nhome :node1 : 1\nat 0 none\n", ""},
      {"load :node1 : 1\nat 0 true of\n",
       "dir/t:1: failed: It\n  dir/t:4:6: error: the rules have no value `of`. "
       "Did you mean `off`?\n"},
      {"load :node2 : 1\nat 0 move on 1 node1 -> x\n",
       "dir/t:1: failed: It\n  dir/t:4:6: error: the rules have no rule `on`\n"
       "  dir/t:3:1: error: the rules have no host `node2`. Did you mean "
       "`node1`?\n"},
  };
  for (const auto& [rest, report] : table)
    EXPECT_EQ(report_of(text + rest), report) << rest;
}

TEST(RunTest, TimesMustFit) {
  const std::string text =
      "# It\nrules { delta = 10 sec; off = load > 1; }\nload :node1 : 2x9\n";
  EXPECT_EQ(report_of(text + "every 5 sec\nat 10 sec true off\n"), "");
  EXPECT_EQ(report_of(text + "at 2 true off\nat 20 sec true off\n"), "");
  EXPECT_EQ(
      report_of(text + "every 4 sec\nat 0 true off\n"),
      "dir/t:1: failed: It\n  dir/t:1:1: error: the delta of off, 10 sec, "
      "is no multiple of 4 sec\n");
  EXPECT_EQ(report_of(text + "at 5 sec true off\n"),
            "dir/t:1: failed: It\n  dir/t:4:4: error: no evaluations: they are "
            "10 sec apart\n");
  EXPECT_EQ(report_of(text + "at 3..2 true off\n"),
            "dir/t:1: failed: It\n  dir/t:4:4: error: no evaluations: they are "
            "10 sec apart\n");
}

TEST(Report, CountsTestsAndFiles) {
  std::vector<FileResult> files(2);
  files[0].tests.resize(2);
  files[0].tests[0].failure = "  why\n";
  files[0].tests[0].place = "a:1";
  files[0].tests[0].title = "T";
  EXPECT_EQ(report_text(files), "a:1: failed: T\n  why\n2 tests, 1 failed\n");
  EXPECT_FALSE(all_passed(files));
  files[1].error = "b:1:1: error: it is empty";
  EXPECT_EQ(report_text(files),
            "a:1: failed: T\n  why\nb:1:1: error: it is empty\n"
            "2 tests, 1 failed, 1 file not read\n");
  files[0].tests[0].failure = "";
  EXPECT_FALSE(all_passed(files));
  files[1].error = "";
  files[0].tests.pop_back();
  EXPECT_EQ(report_text(files), "1 test, 0 failed\n");
  EXPECT_TRUE(all_passed(files));
}

TEST(Report, JUnitHasNothingThatXmlHasNot) {
  FileResult file;
  file.path = "a&b";
  file.tests.resize(2);
  file.tests[0].title = "\"<é>\" \x01\xff\xed\xa0\x80";
  file.tests[1].title = "T";
  file.tests[1].place = "a&b:3";
  file.tests[1].failure = "  - x\n  + y -> ]]>\n";
  EXPECT_EQ(
      junit_text({&file, 1}),
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testsuites tests=\"2\" failures=\"1\" errors=\"0\" time=\"0.000000\">\n"
      "  <testsuite name=\"a&amp;b\" tests=\"2\" failures=\"1\" errors=\"0\" "
      "time=\"0.000000\">\n"
      "    <testcase name=\"&quot;&lt;é&gt;&quot; ?????\" "
      "classname=\"a&amp;b\" time=\"0.000000\"/>\n"
      "    <testcase name=\"T\" classname=\"a&amp;b\" time=\"0.000000\">\n"
      "      <failure message=\"a&amp;b:3: failed\">  - x&#10;  + y -&gt; "
      "]]&gt;&#10;</failure>\n"
      "    </testcase>\n"
      "  </testsuite>\n"
      "</testsuites>\n");
}

}  // namespace
}  // namespace balance
