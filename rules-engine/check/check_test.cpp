// Which statements are refused, where and with what words; and which are not.
#include "check/check_test.h"

namespace balance::check {
namespace {

/// Whole statements, and what stands in conditions.
const std::vector<Refused> kStatements = {
    {"C04 of a hold-off",
     {"r = load > 1 -> migrate 5 pick 1 by cpu to home;"},
     "1:25 C04",
     "a hold-off must be a time"},
    {"C04 of a hold-off of another unit",
     {"r = load > 1 -> print 5 Kbyte \"x\";"},
     "1:23 C04",
     "a hold-off must be a time"},
    {"C04 of for", {"x = load > 1 for 5;"}, "1:18 C04", "`for` wants a time"},
    {"C04 of a named for",
     {"t = 5; x = load > 1 for $t;"},
     "1:25 C04",
     "`for` wants a time: 60 sec, 60 min?"},
    {"C04 of delta",
     {"delta = \"5\";"},
     "1:9 C04",
     "`delta` wants a time: 5 sec"},
    {"C04 of a size", {"delta = 5 Kbyte;"}, "1:9 C04", "`delta` wants a time"},
    {"C04 of a rule",
     {"delta = load > 1 -> print \"x\";"},
     "1:1 C04",
     "`delta` wants a time"},
    {"C07",
     {"d = ! load > 1 for 1 min;"},
     "1:5 C07",
     "two readings: `(! load > 1) for 1 min` (not once in that time) or "
     "`! (load > 1 for 1 min)`; write one"},
    {"C10 in a condition",
     {"r = load < target(load) -> migrate pick 1 by cpu to home cooldown 1 "
      "min;"},
     "1:12 C10",
     "`target()` has meaning only in a clause; a condition has no "
     "candidate yet"},
    {"C10 in a condition, by name",
     {"t = my(load);\nr = $t > 1 -> print \"x\";"},
     "2:5 C10",
     "`my()` has meaning only in a clause"},
    {"C10 without a name",
     {"my(load) > 1;"},
     "1:1 C10",
     "`my()` has meaning only"},
    {"C10 below an operator with state",
     {"x = rising (my(load) > 1);"},
     "1:13 C10",
     "`rising` is computed before there is a candidate"},
    {"C10 below an aggregate",
     {"x = max_host target(load :a :b);"},
     "1:14 C10",
     "`max_host` is computed before"},
    {"C10 below for, match_inst, rate, latch",
     {"a = my(load) > 1 for 1 min;\n"
      "b = match_inst \"x\" my(load) > 1;\n"
      "c = rate my(load);\n"
      "d = latch(my(load) > 1, load < 1);"},
     "1:5 C10, 2:20 C10, 3:10 C10, 4:11 C10",
     "`latch` is computed before"},
    {"C13",
     {"x = my(target(load));"},
     "1:8 C13",
     "sides do not nest: `target(load)` already says `target(`"},
    {"C13 by name",
     {"there = target(load); x = my($there);"},
     "1:30 C13",
     "sides do not nest: `$there` already says `target(`"},
    {"C14",
     {"x = $nowhere > 1;"},
     "1:5 C14",
     "`$nowhere` is not defined above this line"},
    {"C14 with a suggestion",
     {"limits = 2; x = $limit > 1;"},
     "1:17 C14",
     "Did you mean `limits`?"},
    {"C14 below",
     {"x = $late > 1;\n\nlate = 2;"},
     "1:5 C14",
     "`$late` is not defined above this line (it is at line 3: move it up)"},
    {"C14 of itself", {"x = $x + 1;"}, "1:5 C14", "is at line 1"},
    {"C14 in a later file", {"x = $y;", "y = 1;"}, "1:5 C14", "move it up"},
    {"C15",
     {"r = load > 1 -> print \"x\";\ny = $r;"},
     "2:5 C15",
     "`r` is a rule; name its condition and use that name"},
    {"C15 over files",
     {"r = load > 1 -> print \"x\";", "y = $r;"},
     "b:1:5 C15",
     "`r` is a rule"},
    {"C16 of delta", {"delta = 0 sec;"}, "1:9 C16", "`delta` must be above 0"},
    {"C16 of a negative delta",
     {"delta = -1 sec;"},
     "1:9 C16",
     "`delta` must be above 0"},
    {"C16 of for",
     {"t = -3 sec; x = load > 1 for $t;"},
     "1:30 C16",
     "the time of `for` must be above 0"},
    {"C16 of per cent",
     {"x = 101 %_host load :a :b > 1;"},
     "1:5 C16",
     "per cent must be 0 to 100"},
    {"C16 of a hold-off",
     {"t = -3 sec; r = load > 1 -> print $t \"x\";"},
     "1:35 C16",
     "a hold-off must be 0 or more"},
    {"C17 per host",
     {"load :a :b > 1 -> print \"x\";"},
     "1:1 C17",
     "rule condition must have a single boolean value; it has one per host "
     "(some_host? all_host?)"},
    {"C17 per instance",
     {"cpu #a #b > 1 -> print \"x\";"},
     "1:1 C17",
     "it has one per instance"},
    {"C17 per sample",
     {"load @0..2 > 1 -> print \"x\";"},
     "1:1 C17",
     "it has one per sample"},
    {"C17 of a number",
     {"load + 1 -> print \"x\";"},
     "1:1 C17",
     "this is none"},
    {"C17 of a number with a plugin",
     {"r = load -> migrate pick 1 by cpu to home cooldown 1 min;"},
     "1:5 C17",
     "this is none"},
    {"C17 of a ruleset",
     {"r = ruleset load :a :b > 1 -> print \"x\"\n"
      "else load > 1 -> print \"y\";"},
     "1:13 C17",
     "it has one per host"},
    {"C17 of unlike hosts",
     {"r = ruleset load :a :b > 1 -> tell slack 1\n"
      "else load :a :c > 1 -> tell slack 2;"},
     "2:6 C17",
     "the conditions of a ruleset are decided for each host"},
    {"C18 of the number",
     {"x = pow(2);"},
     "1:5 C18",
     "`pow` takes 2 values, 1 given"},
    {"C18 of one",
     {"x = exp(1, 2);"},
     "1:5 C18",
     "`exp` takes 1 value, 2 given"},
    {"C18 of none", {"x = least();"}, "1:5 C18", "or more, 0 given"},
    {"C18 of the name",
     {"x = floot(2.5);"},
     "1:5 C18",
     "no function is called `floot`. Did you mean `floor`?"},
    {"C19",
     {"x = match_inst \"(\" cpu > 1;"},
     "1:16 C19",
     "illegal regular expression"},
    {"C20",
     {"migrate pick 1 by cpu to home;"},
     "1:1 C20",
     "write `true -> migrate …` if it is meant"},
    {"C20 beside another",
     {"print \"x\" & migrate pick 1 by cpu to home;"},
     "1:13 C20",
     "an action without condition"},
    {"C25", {"x = load;\nx = cpu;"}, "2:1 C25", "`x` is defined twice"},
    {"C25 of a rule",
     {"x = load;\nx = load > 1 -> print \"x\";"},
     "2:1 C25",
     "`x` is defined twice"},
    {"C25 over files",
     {"x = load;", "x = cpu;"},
     "b:1:1 C25",
     "`x` is defined twice"},
    {"C25 of a made-up name",
     {"load; 5;\nexpr_3 = load;\ncpu;"},
     "3:1 C25",
     "`expr_3` is defined twice"},
    {"C26 of operators",
     {"a = 1 + true;\nb = ! load;\nc = load && true;"},
     "1:9 C26, 2:7 C26, 3:5 C26",
     "`+` wants a number here, this is true or false"},
    {"C26 of functions",
     {"a = pow(true, 1);\nb = latch(load, true);\nc = default(load, true);"},
     "1:9 C26, 2:11 C26, 3:19 C26",
     "`latch` wants true or false here, this is a number"},
    {"C26 of aggregates",
     {"a = sum_host (load :a > 1);\nb = all_host load;"},
     "1:15 C26, 2:14 C26",
     "`all_host` wants true or false here, this is a number"},
    {"C26 of a single value",
     {"a = max_host 1;\nb = some_host max_host load > 1;"},
     "1:14 C26, 2:15 C26",
     "`max_host` has nothing to collapse"},
    {"C26 of a text",
     {"a = load < \"x\";"},
     "1:12 C26",
     "`<` wants a number here, this is a text"},
    {"N01 of a scope",
     {"r = load > 1 -> gather slack 5;"},
     "1:17 N01",
     "actions that run once for all nodes, as `gather`, are not supported"},
    {"W01",
     {"x = load :a :b > load :c :d;"},
     "1:5 W01",
     "paired as written: a–c, b–d"},
    {"W02",
     {"x = load > 1 || load > 2 && load > 3;"},
     "1:5 W02",
     "read as (load > 1 || load > 2) && load > 3"},
    {"W02 with other parentheses",
     {"x = true || false && (true || false);"},
     "1:5 W02",
     "read as (true || false) && (true || false)"},
    {"W02 below parentheses",
     {"! (load > 1 && true || false) -> print \"x\";"},
     "1:4 W02",
     "read as (load > 1 && true) || false"},
    {"W03",
     {"delta = 5 sec;\nup = rising load > 1;\n$up -> print \"x\";\n"
      "delta = 10 sec;\n$up -> print \"y\";"},
     "2:1 W03",
     "used with a delta of 5 sec and of 10 sec: state is kept twice"},
    {"W04",
     {"x = load > 1 for 25 sec;"},
     "1:18 W04",
     "25 sec at delta 10 sec takes 30 sec"},
    {"W09",
     {"x = load;\nx = 1;\ny = 1;\ny = load;"},
     "2:1 W09, 4:1 W09",
     "`x` is the name of a constant and of an expression: from here on `$x` is "
     "the constant"},
    {"W10",
     {"delta = 5;\nload > 1 -> print 2 \"x\";"},
     "1:9 W10, 2:19 W10",
     "a time without unit is in seconds: 2 sec"},
    {"W11",
     {"a = some_inst true;\nb = sum_inst max_host load;\nc = count_sample "
      "true;"},
     "1:15 W11, 2:14 W11",
     "`sum_inst` has nothing to collapse: this is a single value"},
    {"W12",
     {"x = 5 min sec;\ny = 5 Kbyte / byte / min;"},
     "1:5 W12, 2:5 W12",
     "a number has one unit of a kind: `min` is overridden"},
    {"W04 with the delta of the user",
     {"x = load > 1 for 10 sec;\ndelta = 4 sec;\n$x -> print \"x\";"},
     "1:18 W04",
     "10 sec at delta 4 sec takes 12 sec"},
};

const std::vector<Refused> kRules = {
    {"C23",
     {"r = load > 1 -> migrate pick 1 by cpu from :a to home cooldown 1 min;"},
     "1:39 C23",
     "this condition already says which hosts give; `from` is for "
     "conditions with one value"},
    {"C23 of otherwise",
     {"r = ruleset load > 1 -> tell slack 1\n"
      "otherwise -> migrate pick 1 by cpu from :a to home cooldown 1 min;"},
     "2:36 C23",
     "this condition already says which hosts give"},
    {"W05 of a hold-off",
     {"load > 1 -> migrate 1 min pick 1 by cpu to home;"},
     "1:13 W05",
     "a reload forgets the hold-off and the limits of a rule without a name"},
    {"W05 of a limit",
     {"load > 1 -> migrate pick 1 by cpu to home limit 1;"},
     "1:13 W05",
     "give it one"},
    {"W06 of three hosts",
     {"r = load :a :b :c > 1 ->\n"
      "migrate pick 1 by cpu to min load :a :b :c cooldown 1 min;"},
     "2:1 W06",
     "all may go to the same node"},
    {"all errors of two files",
     {"x = $nowhere;\nd = ! load > 1 for 1 min;", "x = load;\ny = pow(2);"},
     "1:5 C14, 2:5 C07, b:1:1 C25, b:2:5 C18",
     "`x` is defined twice"},
    {"nothing follows from an error",
     {"x = $nowhere;\ny = $x + 1;\n$y > 1 && $x -> print \"x\";\n"
      "r = load > 1 -> migrate pick $x by $y where $x to min $y cooldown $x;"},
     "1:5 C14",
     "`$nowhere` is not defined above this line"},
};

struct Accepted {
  const char* name;
  std::vector<std::string> texts;
};

/// Near to what is refused, and meant.
const std::vector<Accepted> kAccepted = {
    {"hold-offs",
     {"r = load > 1 -> print 5 sec \"x\";\n"
      "t = 0 sec; s = load > 1 -> print $t \"x\";"}},
    {"for", {"t = 30 sec; x = load > 1 for $t; y = load > 1 for 1 min;"}},
    {"delta", {"tick = 1 sec; delta = 5 * $tick;"}},
    {"C07: one reading",
     {"a = ! (load > 1 for 1 min);\n"
      "b = (! load > 1) for 1 min;"}},
    {"C10: a template", {"gain = my(load) - target(load);"}},
    {"C10: around an operator with state", {"x = my(rate load);"}},
    {"C13: side by side", {"x = my(load) - target(load) - my(cpu);"}},
    {"C14: pmie's own",
     {"x = $minute + $hour + $day + $month + $year +"
      " $day_of_week + $delta;"}},
    {"C14: an earlier file", {"y = 1;", "x = $y;"}},
    {"C14: a macro", {"n = \":a :b\"; x = load $n > 1;"}},
    {"C15: its condition", {"c = load > 1; r = $c -> print \"x\";"}},
    {"C16: per cent",
     {"x = 100 %_host load :a :b > 1;\n"
      "y = 0 %_host load :a :b > 1;"}},
    {"C17: single",
     {"load :a > 1 -> print \"x\";\n"
      "cpu #a > 1 -> print \"x\";\n"
      "load @2 > 1 -> print \"x\";\n"
      "some_host load :a :b > 1 -> print \"x\";\n"
      "some_inst cpu #a #b > 1 -> print \"x\";\n"
      "all_sample load @0..2 > 1 -> syslog \"x\";"}},
    {"C17: a set for a plugin",
     {"r = load :a :b > 1 -> tell slack 1;\n"
      "s = cpu #a #b > 1 -> tell slack 1;"}},
    {"C17: the same hosts",
     {"r = ruleset load :a :b > 1 -> tell slack 1\n"
      "else load :b :a > 1 -> tell slack 2\n"
      "else true -> tell slack 3;"}},
    {"C17: pmie's rulesets",
     {"r = ruleset load :a > 1 -> print \"x\"\n"
      "else load :b > 1 -> print \"y\";"}},
    {"C18",
     {"x = pow(2, 3) + exp(1) + log(2) + floor(load) + ceil(load) +\n"
      "abs(-1) + least(1) + least(load, cpu, 3) + greatest(1, 2) +\n"
      "default(load, 0);\n"
      "y = known(load) && latch(load > 2, load < 1);"}},
    {"C18: a metric", {"floot = 1; x = $floot; y = floor > 1;"}},
    {"C19", {"x = match_inst \"(a|b)\" cpu > 1;"}},
    {"C20: meant", {"r = true -> migrate 1 min pick 1 by cpu to home;"}},
    {"C20: pmie's own", {"print \"x\";"}},
    {"C25: delta", {"delta = 5 sec; delta = 10 sec;"}},
    {"C25: constants",
     {"x = 1; y = load > $x; x = 2 * $x; x = \":a\"; z = load $x > 1;\n"
      "x = true; t = $x && load > 1;"}},
    {"C25: a constant and a rule",
     {"x = 1; x = load > $x -> print \"x\"; expr_1 = 2; load; expr_4 = 1;"}},
    {"pmie's actions",
     {"load > 1 -> shell \"x\" & alarm 5 min \"x\" \"y\" | stomp \"x\";"}},
    {"C26",
     {"a = 1 + load; b = ! (load > 1); c = load == \"up\";\n"
      "d = max_host load :a; e = max_inst cpu; f = count_host c > 1;\n"
      "g = my(load) == \"up\"; h = default(load > 1, true);"}},
    {"W01",
     {"a = load :a :b > load :b :a; b = load :a :b > load :b :c;\n"
      "c = load :a :b > load :c; d = load :a :b > load :c :d :e;"}},
    {"W02",
     {"x = (load > 1 || load > 2) && load > 3;\n"
      "y = load > 1 || (load > 2 && load > 3);\n"
      "z = load > 1 && load > 2 && load > 3;"}},
    {"W03: no state",
     {"c = load > 1; delta = 5 sec; $c -> print \"x\";\n"
      "delta = 10 sec; $c -> print \"y\";"}},
    {"W03: the same delta",
     {"delta = 5 sec; c = rising load > 1;\n"
      "$c -> print \"x\"; delta = 5000 millisec;\n"
      "$c -> print \"y\";"}},
    {"W04: of the user",
     {"x = load > 1 for 8 sec; delta = 4 sec;\n"
      "$x -> print \"x\";"}},
    {"W04: a fraction",
     {"delta = 100 millisec; x = load > 1 for 300 millisec;"}},
    {"W05: no memory",
     {"load > 1 -> migrate pick 1 by cpu to home"
      " cooldown 1 min;"}},
    {"W07: for", {"r = load > 1 for 1 min -> migrate pick 1 by cpu to home;"}},
    {"W07: rising in a name",
     {"up = rising load > 1;\n"
      "r = $up -> migrate pick 1 by cpu to home;"}},
    {"C23: single",
     {"r = true -> migrate pick 1 by cpu from :a :b to home"
      " cooldown 1 min;\n"
      "s = some_host load :a :b > 1 -> migrate pick 1 by cpu"
      " from :a to home cooldown 1 min;"}},
};

TEST(Check, RefusesStatements) {
  for (const Refused& row : kStatements) expect_refused(row);
  for (const Refused& row : kRules) expect_refused(row);
}

TEST(Check, AcceptsWhatIsNearToIt) {
  for (const Accepted& row : kAccepted) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(CheckedTexts(row.texts).diagnostics().text(), "");
  }
}

}  // namespace
}  // namespace balance::check
