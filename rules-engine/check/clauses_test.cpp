// Which actions are refused, where and with what words; and which are not.
#include "check/check_test.h"

namespace balance::check {
namespace {

/// What follows "r = load > 1 -> ACTION" in the second line.
struct RefusedClauses {
  const char* name;
  const char* action;
  const char* codes;
  const char* message;
};
const std::vector<RefusedClauses> kClauses = {
    {"C01", "migrat pick 1 by cpu to home cooldown 1 min", "2:1 C01",
     "no action is called `migrat`; loaded are: migrate, tell, gather. Did you "
     "mean `migrate`?"},
    {"C02", "migrate pik 1 to home cooldown 1 min", "2:9 C02",
     "`migrate` has no clause `pik`. Did you mean `pick`?"},
    {"C02 once", "migrate pik 1 by cpu to home cooldown 1 min", "2:9 C02",
     "`migrate` has no clause `pik`"},
    {"C02 without its parent",
     "migrate by cpu pick 1 by cpu to home retry 1 min", "2:1 W07, 2:9 C02",
     "`by` belongs below `pick` or `shift`, which is not there"},
    {"C03 of by", "migrate pick 1 to best cooldown 1 min", "2:9 C03",
     "`pick` needs `by`: which process first?"},
    {"C03 of to", "migrate pick 1 by cpu cooldown 1 min", "2:1 C03",
     "`migrate` needs `to`: where?"},
    {"C03 of pick", "migrate to home cooldown 1 min", "2:1 C03",
     "`migrate` needs `pick`: which processes?"},
    {"C03 of a sub clause",
     "migrate pick 1 by cpu to home shift load cooldown 1 min", "2:31 C03",
     "`shift` needs `by`"},
    {"C04", "migrate pick 1 by cpu to home cooldown 60", "2:40 C04",
     "`cooldown` wants a time: 60 sec, 60 min?"},
    {"C04 of a rate", "migrate pick 1 by cpu to home cooldown 4 / min",
     "2:40 C04", "`cooldown` wants a time"},
    {"C05", "migrate pick 1 by cpu to home limit 4 sec", "2:37 C05",
     "`limit` wants a number or a number per time: 4 / sec"},
    {"C06", "migrate pick 1 by cpu to home cooldown 5 sec cooldown 9 sec",
     "2:46 C06", "`cooldown` is given twice; first at line 2"},
    {"C06 of a sub clause",
     "migrate pick 1 by cpu by load to home cooldown 1 min", "2:23 C06",
     "`by` is given twice"},
    {"C08",
     "migrate pick 1 by cpu where a > 1 || b > 1 && c > 1 to home "
     "cooldown 1 min",
     "2:29 C08", "`&&` and `||` have equal rank here; use parentheses"},
    {"C09",
     "migrate pick 1 by cpu to min target(load) among :a :b where load < 2 "
     "cooldown 1 min",
     "2:61 C09", "whose `load`? Write my(…) or target(…)"},
    {"C09 of a key",
     "migrate pick 1 by cpu to min target(load) + age among :a cooldown 1 min",
     "2:45 C09", "whose `age`?"},
    {"C09 of a short key with a range",
     "migrate pick 1 by cpu to min load among :a :b cooldown 1 min", "2:30 C09",
     "whose `load`?"},
    {"C10 in a clause without sides",
     "migrate pick my(load) by cpu to home cooldown 1 min", "2:14 C10",
     "`my()` has no meaning in `pick`"},
    {"C11",
     "migrate pick 1 by cpu where target(load) > 1 to home cooldown 1 min",
     "2:29 C11", "no target is known in `pick`; put this `where` after `to`"},
    {"C11 of the best",
     "migrate pick 1 by cpu to best where my(load) > target(load) limit 1",
     "2:55 C11", "no target is known for `load`: with `to best` the plugin"},
    {"C11 elsewhere",
     "migrate pick 1 by cpu skip target(load) to home cooldown 1 min",
     "2:28 C11", "no target is known in `pick`"},
    {"C12", "migrate pick 1 by 5 to home cooldown 1 min", "2:19 C12",
     "`by` must rank processes; `5` is one value"},
    {"C12 of a target", "migrate pick 1 by target(load) to home retry 1 min",
     "2:1 W07, 2:19 C12", "`target(load)` is one value of a node"},
    {"C12 of an aggregate",
     "migrate pick 1 by max_host cpu :a :b to home cooldown 1 min", "2:19 C12",
     "`by` must rank processes; `max_host cpu :a :b` is one value"},
    {"C16 of pick", "migrate pick 0 by cpu to home cooldown 1 min", "2:14 C16",
     "`pick` must be 1 or more"},
    {"C16 of skip", "migrate pick 1 by cpu skip -1 to home cooldown 1 min",
     "2:28 C16", "`skip` must be 0 or more"},
    {"C16 of within",
     "migrate pick 1 by cpu to min load :a within -1 cooldown 1 min",
     "2:45 C16", "`within` must be 0 or more"},
    {"C16 of limit", "migrate pick 1 by cpu to home limit 0", "2:37 C16",
     "`limit` must be 1 or more"},
    {"C16 of inflight",
     "migrate pick 1 by cpu to home inflight 0 cooldown 1 min", "2:40 C16",
     "`inflight` must be 1 or more"},
    {"C16 of a time", "migrate pick 1 by cpu to home cooldown -1 min",
     "2:40 C16", "`cooldown` must be 0 or more"},
    {"C16 of slack", "tell slack 200", "2:12 C16", "`slack` must be 0 to 100"},
    {"C16 of infinity", "migrate pick 1 / 0 by cpu to home cooldown 1 min",
     "2:14 C16", "`pick` must be 1 or more"},
    {"C16 of no number", "tell slack 0 / 0", "2:12 C16",
     "`slack` must be 0 to 100"},
    {"C26 of a number", "migrate pick true by cpu to home cooldown 1 min",
     "2:14 C26", "`pick` wants a number"},
    {"C26 of hosts for a number",
     "migrate pick :a by cpu to home cooldown 1 min", "2:15 C26",
     "`pick` wants a number"},
    {"C26 of a number for each host",
     "migrate pick 1 by cpu to min load :a within load cooldown 1 min",
     "2:45 C26", "`within` wants one value; `load` has one for each host"},
    {"C26 of a boolean", "migrate pick 1 by cpu where 1 to home retry 1 min",
     "2:1 W07, 2:29 C26", "`where` wants a condition: true or false"},
    {"C26 of an order",
     "migrate pick 1 by cpu where min cpu > 1 to home cooldown 1 min",
     "2:29 C26", "`where` ranks nothing: no `min` here"},
    {"C26 of a place", "migrate pick 1 by cpu to hom cooldown 1 min",
     "2:26 C26",
     "`to` wants home, best, hosts (:node1), or the min or max of a value. Did "
     "you mean `home`?"},
    {"C26 of hosts", "migrate pick 1 by cpu to best among 5 cooldown 1 min",
     "2:37 C26",
     "`among` wants hosts (:node1 :node2), or a metric whose instances are "
     "nodes"},
    {"C26 of hosts elsewhere",
     "migrate pick 1 by cpu from load to home cooldown 1 min",
     "2:23 C23, 2:28 C26", "`from` wants hosts: :node1 :node2"},
    {"C26 of a range with an instance",
     "migrate pick 1 by cpu to best among load #a cooldown 1 min", "2:37 C26",
     "`among` wants hosts (:node1 :node2), or a metric"},
    {"M05", "migrate pick 1 by cpu :a to home cooldown 1 min", "2:19 M05",
     "no candidate can ever be found: the condition is of other hosts than "
     "`cpu :a`"},
    {"C26 of a word", "migrate pick 1 by cpu to home limit 4 each traget",
     "2:44 C26",
     "`each` wants one of rule, source, target, process, user, cluster. Did "
     "you mean `target`?"},
    {"C26 of a text", "tell note 5", "2:11 C26",
     "`note` wants a text in quotes"},
    {"C26 of a metric", "tell edges load :a", "2:12 C26",
     "`edges` wants a metric, without hosts"},
    {"W06 of several", "migrate pick 2 by cpu to min load :a :b cooldown 1 min",
     "2:1 W06", "all may go to the same node within one evaluation"},
    {"W06 with another limit",
     "migrate pick 2 by cpu to min load :a :b limit 2 each source", "2:1 W06",
     "no `shift`, no `limit … each target`"},
    {"W07", "migrate pick 1 by cpu to home", "2:1 W07",
     "can move one process at every evaluation"},
    {"W07 of zeros", "migrate 0 sec pick 1 by cpu to home cooldown 0 sec",
     "2:1 W07", "no hold-off, `cooldown`, `limit`, `for` or `rising`"},
};

/// Near to what is refused, and meant: of `r = load > 1 -> ACTION`.
const std::vector<const char*> kAccepted = {
    "migrate pick 1 by cpu to min load cooldown 1 min",
    "migrate pick 1 by cpu to max target(load) among load where "
    "my(load) > target(up) shift load by cpu limit 1",
    "migrate pick 1 by cpu to home cooldown 1 min",
    "migrate pick 1 by max cpu to best cooldown 1 min",
    "migrate pick 1 by cpu to best where my(load) > 1 shift load by cpu limit "
    "1",
    "migrate pick 1 by min my(cpu) skip 0 to :a :b retry 0 sec cooldown 1 min",
    "migrate 1 min pick 1 by cpu - target(load) to home",
    "migrate pick 1 by cpu where cpu > 1 where my(age) > 2 to home limit 1",
    "migrate pick 1 by cpu where a > 1 || (b > 1 && c > 1) to home limit 1",
    "migrate pick 1 by cpu to min target(load) among :a :b within 0.5 "
    "where my(load) > target(load) limit 4 / min each target",
    "migrate pick 1 by cpu to max load :a where target(load) < 1 "
    "where my(load) > 2 inflight 1 inflight 2 each user cooldown 1 min",
    "migrate pick 2 by cpu to min load :a :b shift load by cpu limit 1",
    "migrate pick 2 by cpu to min load :a :b limit 1 each target",
    "migrate pick 2 by cpu to home shift load by cpu shift size by rss limit 1",
    "migrate pick 1 by cpu to home limit 4 per 1 min each rule limit 1",
    "migrate pick load by cpu to home limit 1",
    "migrate pick 1 by cpu to home limit 4 / hour",
    "migrate pick 1 by cpu to home limit 0.5 / sec",
    "migrate pick 1 by max_inst cpu to home limit 1",
    "migrate pick 1 by cpu to home limit 1 | "
    "migrate pick 1 by cpu to min load :a :b limit 1",
    "migrate pick 1 by cpu to home limit 1 & print \"moved\"",
    "tell slack 0 note \"text\" edges net.peers",
    "tell slack 100",
};

std::string text_of(const RefusedClauses& row) {
  return std::string("r = load > 1 ->\n") + row.action + ';';
}

TEST(Clauses, AreRefused) {
  for (const RefusedClauses& row : kClauses) {
    expect_refused({row.name, {text_of(row)}, row.codes, row.message});
  }
}

TEST(Clauses, AreAcceptedNearToIt) {
  for (const char* action : kAccepted) {
    SCOPED_TRACE(action);
    const CheckedTexts read({text_of({"", action, "", ""})});
    EXPECT_EQ(read.diagnostics().text(), "");
  }
}

TEST(Clauses, AreNotKnownWithoutPlugins) {
  const CheckedTexts read({"r = load > 1 -> migrate pick 1 by cpu to home;"},
                          {}, {});
  EXPECT_EQ(read.codes(), "1:17 C01");
  EXPECT_NE(read.diagnostics().text().find("none is loaded"),
            std::string::npos);
}

TEST(Clauses, HaveWordsThatRulesCanWrite) {
  for (const char* word : {"sec", "rising", "a.b", "a b", "2a", ""}) {
    SCOPED_TRACE(word);
    const ActionSpec action{word, Scope::host, {}};
    EXPECT_EQ(CheckedTexts({""}, {}, {action}).codes(), "C21");
    const ActionSpec clause{
        "act", Scope::host, {{word, OperandKind::number, 0, false, false, ""}}};
    const CheckedTexts read({""}, {}, {clause});
    EXPECT_EQ(read.codes(), "C21");
    const std::string text = std::string("no clause of `act` may be called `") +
                             word + "`: it is a unit";
    EXPECT_NE(read.diagnostics().text().find(text), std::string::npos);
  }
}

}  // namespace
}  // namespace balance::check
