// What is said about the metrics of clauses when hosts can be asked.
#include "check/fake_metrics.h"

namespace balance::check {
namespace {

TEST(ClauseMetrics, UnitsInClausesAreErrors) {
  const struct {
    const char* text;
    const char* codes;
    bool error;
  } rows[] = {
      {"r = rss > 5 sec -> migrate pick 1 by cpu to home limit 1;", "1:11 M01",
       false},
      {"r = load > 1 -> migrate pick 1 by cpu where rss > 5 sec to home limit "
       "1;",
       "1:51 M01", true},
      {"gain = my(rss) - target(age);", "1:18 M01", true},
      {"much = rss > 5 sec;", "1:14 M01", false},
      {"most = 5 sec; r = load > 1 -> migrate pick 1 by cpu where rss > $most "
       "to home limit 1;",
       "1:65 M01", true},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.text);
    const CheckedTexts checked = read(row.text);
    EXPECT_EQ(checked.codes(), row.codes) << checked.diagnostics().text();
    EXPECT_EQ(checked.diagnostics().has_errors(), row.error);
  }
}

TEST(ClauseMetrics, WhoseMetricsClausesAskFor) {
  const std::vector<std::pair<const char*, Row>> rows = {
      // Targets that are rows of a node table.
      {"pick 1 by cpu to min node.load", {"", ""}},
      {"pick 1 by cpu to min target(node.load) + 1 among node.load "
       "where target(node.up) == 1 && my(load) > target(node.load) "
       "shift node.load by cpu",
       {"", ""}},
      {"pick 1 by cpu to min load",
       {"", "2:30 C09",
        "whose `load`? It has one value per node: write `load`"}},
      {"pick 1 by cpu to min target(load) among load",
       {"", "2:49 C26", "`load` has one value per node"}},
      {"pick 1 by cpu to min node.load where target(rss) > 5",
       {"", "2:53 M03",
        "`target()` needs one value per node; `rss` has one "
        "per process"}},
      // Targets that are hosts.
      {"pick 1 by cpu to min target(rss) among :a",
       {"", "2:37 M03", "`rss` has one per process"}},
      {"pick 1 by cpu to min node.load :a",
       {"", "2:30 M03", "`node.load` has one per instance"}},
      {"pick 1 by cpu to min target(max_inst rss) + target(rss #swap) among :a",
       {"", ""}},
      {"pick 1 by cpu to min load :a where my(rss) > 5", {"", ""}},
      {"pick 1 by cpu to home shift load by cpu", {"", ""}},
      {"pick 1 by cpu to home shift rss by rss",
       {"", "2:37 M03",
        "`shift` needs one value per node; `rss` has one per "
        "process"}},
      // What ranks processes.
      {"pick 1 by load to home",
       {"", "2:19 C12",
        "`by` must rank processes; `load` has one value per "
        "node"}},
      {"pick 1 by load * 2 + my(load) to home", {"", "2:19 C12"}},
      {"pick 1 by load + cpu to home", {"", ""}},
      {"pick 1 by load + lost to home", {"", "2:26 M06"}},
      // The age of a process.
      {"pick 1 by proc.age to home",
       {"", "2:19 M04",
        "warning: a counter shows its rate here (CPU share, not "
        "CPU age); write `instant proc.age`"}},
      {"pick 1 by instant proc.age to home", {"", ""}},
      {"pick 1 by cpu where my(proc.age) > 5 to home", {"", "2:32 M04"}},
  };
  for (const auto& [clauses, row] : rows) {
    SCOPED_TRACE(clauses);
    const CheckedTexts checked =
        read(std::string("r = load > 1 ->\nmigrate ") + clauses + " limit 1;");
    const std::string text = checked.diagnostics().text();
    EXPECT_EQ(checked.codes(), row.codes) << text;
    EXPECT_NE(text.find(row.message), std::string::npos) << text;
  }
}

TEST(ClauseMetrics, NamesAreOpenedInClauses) {
  expect_rows({
      {"there = target(rss);\nr = load > 1 -> migrate pick 1 by cpu to min "
       "$there among :a limit 1;\ns = load > 1 -> migrate pick 1 by cpu to max "
       "$there among :a limit 1;",
       "1:16 M03"},
      {"old = proc.age;\nr = load > 1 -> migrate pick 1 by $old to home limit "
       "1;",
       "1:7 M04"},
      {"r = load :a > 1 -> migrate pick 1 by cpu :b to home limit 1;",
       "1:38 M05", "no candidate can ever be found"},
      {"r = load :a > 1 -> migrate pick 1 by cpu :b :a to home limit 1;", ""},
      {"r = some_host load :a > 1 -> migrate pick 1 by cpu :d to home limit 1;",
       ""},
  });
}

}  // namespace
}  // namespace balance::check
