// What is said about metrics and units when hosts can be asked.
#include <algorithm>

#include "check/dimensions.h"
#include "check/dump_types.h"
#include "check/fake_metrics.h"

namespace balance::check {
namespace {

TEST(MetricsCheck, SaysWhatHostsLack) {
  expect_rows({
      {"x = load + load :a;", ""},
      {"x = laod > 1;", "1:5 M06",
       "no metric `laod` on the default host. Did you mean `load`?"},
      {"x = load :b :a;\ny = load :b;", "1:5 M06, 2:5 M06",
       "no metric `load` on b"},
      {"x = quite.different :a :b :c :d :e :f;", "1:5 M06",
       "no metric `quite.different` on a, b, c, d and 2 more"},
      {"x = load :down; y = rss :down; z = load :a :down;", "1:11 M07",
       "warning: pmcd via down is unreachable  [M07]"},
      {"x = load :gone; y = rss :gone;", "1:11 M08",
       "there is no archive of gone"},
      {"x = blob > 1;", "1:5 M02", "metric `blob` has inappropriate type"},
      {"x = load #i;", "1:11 M09", "metric `load` has no instances"},
      {"x = rss :a #swap #'001' #'001 init';", ""},
      {"x = rss #swpa #'002 x'; y = rss #swpa; z = rss :b #swpa;",
       "1:10 M10, 1:16 M10",
       "metric `rss` has no instance `swpa` on the default host. Did you mean "
       "`swap`?"},
  });
}

TEST(MetricsCheck, WhyAHostHasNoValuesOfAMetricItKnows) {
  expect_rows({
      {"x = load :c;", "1:5 M06",
       "error: metric `load` is not currently available on c: no agent  [M06]"},
      {"x = age :b > 1;", "1:5 M06",
       "warning: metric `age` has no values: not supported on b  [M06]"},
      {"x = age :b == \"old\";", "1:5 M06"},
      {"x = age :b > 5 Mbyte;", "1:5 M06"},
      {"age :b > 1 -> print \"x\";", "1:1 M06"},
      {"x = age :b :a > 1;", "1:5 M06", "not supported on b  [M06]"},
      {"x = load :b :c :c;", "1:5 M06, 1:5 M06", "on c, c: no agent  [M06]"},
  });
  const std::string later = read("x = load :c;", false).diagnostics().text();
  EXPECT_NE(later.find("warning: metric `load` is not"), std::string::npos)
      << later;
}

TEST(MetricsCheck, AHostMayGetMetricsLater) {
  const CheckedTexts checked =
      read("x = laod > 1; y = laod :a :b; z = laod :b;", false);
  EXPECT_EQ(checked.codes(), "1:5 M06, 1:19 M06");
  EXPECT_FALSE(checked.diagnostics().has_errors());
}

TEST(MetricsCheck, MissingMetricsAreListedOnceForEachHost) {
  const CheckedTexts checked = read(
      "x = laod; y = laod :b; z = laod :b; "
      "w = rss :gone; v = load :b :down;");
  std::string text;
  for (const MissingMetric& one : checked->missing) {
    text += one.metric + ":" + one.host + " ";
    EXPECT_EQ(base::text_of(one.span), one.metric);
  }
  EXPECT_EQ(text, "laod: laod:b rss:gone load:b ");
}

TEST(MetricsCheck, TheRunSaysThatTheDefaultHostDoesNotAnswer) {
  struct Nobody : FakeMetrics {
    Reply find(const std::string&, const std::string&) override {
      return {Answer::unreachable, {}, "no answer"};
    }
  } nobody;
  Options options;
  options.metrics = &nobody;
  const char* text = "x = load; y = load :a;";
  EXPECT_EQ(CheckedTexts({text}, options).codes(), "1:5 M07, 1:21 M07");
  options.default_host_may_come = true;
  EXPECT_EQ(CheckedTexts({text}, options).codes(), "1:21 M07");
}

TEST(MetricsCheck, EachHostIsAskedOnceForEachMetric) {
  FakeMetrics metrics;
  Options options;
  options.metrics = &metrics;
  const CheckedTexts checked({"x = load; y = load + load :a; z = load :a;"},
                             options);
  EXPECT_EQ(metrics.asked, 2);
}

TEST(MetricsCheck, WordsOfClausesAreNoMetrics) {
  expect_rows({
      {"r = load > 1 -> migrate pick 1 by cpu where my(rss) > 1 to home "
       "limit 1 each target;",
       ""},
      {"r = load :a > 1 -> migrate pick 1 by cup to best limit 1;", "1:38 M06",
       "no metric `cup` on a. Did you mean `cpu`?"},
      {"r = load :a :b > 1 -> migrate pick 1 by cpu to min load :a :b limit 1;",
       "1:5 M06, 1:52 M06"},
      // Of any host of the rules: b has none.
      {"there = target(load); r = rss :b #i > 1 -> migrate pick 1 by cpu to "
       "min "
       "$there among :a limit 1;",
       ""},
      {"r = load > 1 -> tell edges peers;", "1:28 M06"},
      {"r = load > 1 -> wrong word x;", "1:17 C01"},
  });
}

TEST(MetricsCheck, TextsAndNumbersAreToldApart) {
  expect_rows({
      {"x = state == \"up\" && state != state;", ""},
      {"x = state == 5;", "1:14 C26", "`==` wants a text here"},
      {"x = load == \"up\";", "1:5 M02", "`==` wants a text here"},
      {"x = load == state;", "1:5 M02", "`==` wants a text here"},
      {"x = state > \"a\";", "1:5 M02, 1:13 C26", "`>` wants a number here"},
      {"x = - state;", "1:7 M02", "`-` wants a number here, this is a text"},
      {"x = state + 1;", "1:5 M02"},
      {"s = state; x = $s + 1;", "1:16 M02"},
      {"x = my(state) + 1;", "1:5 M02"},
      {"x = - known(load);", "1:7 C26"},
      {"r = load > 1 -> migrate pick state by cpu to home limit 1;", "1:30 M02",
       "`pick` wants a number"},
      {"x = sum_host state :a;", "1:14 M02"},
      {"x = my(state) == \"up\";", ""},
      {"x = my(load) == \"up\";", "1:5 M02"},
  });
}

TEST(MetricsCheck, ConditionsMustBeSingle) {
  expect_rows({
      {"load > 1 -> print \"x\";", ""},
      {"lone > 1 -> print \"x\";", ""},
      {"rss > 1 -> print \"x\";", "1:1 C17",
       "it has one per instance (some_inst? all_inst?)"},
      {"rss #swap > 1 -> print \"x\";", ""},
      {"some_inst rss > 1 -> print \"x\";", ""},
      {"load > 1 && some_inst rss > 1 -> print \"x\";", ""},
      {"load > 1 && rss > 1 -> print \"x\";", "1:1 C17"},
      {"rss > 1 -> tell slack 1;", ""},
  });
}

TEST(MetricsCheck, UnitsMustAgree) {
  expect_rows({
      {"x = rss > 5 Mbyte && age > 2 sec && rss > 5 && load > 2;", ""},
      {"x = rss > 5 sec;", "1:11 M01", "`rss` is in byte, `5 sec` is in sec"},
      {"x = rss > age;", "1:11 M01"},
      {"x = age + rss;", "1:11 M01"},
      {"x = sent > 5 Kbyte / sec;", ""},
      {"x = sent > 5 Kbyte;", "1:12 M01",
       "`sent` is in byte / sec, `5 Kbyte` is in byte"},
      {"x = instant sent > 5 Kbyte;", ""},
      {"x = instant (sent + 1) > 5 Kbyte / sec;", "1:26 M01"},
      {"y = sent; x = instant $y > 5 Kbyte;", ""},
      {"x = rate rss > 5 byte / sec;", ""},
      {"x = rate sent > 5 byte / sec^2;", ""},
      {"x = rate instant sent == sent + 5 Kbyte / sec;", ""},
      {"x = rate (instant sent / 2) == sent;", ""},
      {"x = instant sent == instant (sent + sent) + rss;", ""},
      {"x = rate rss == sent + rate instant sent;", ""},
      {"x = rate rss == rate (sent + sent);", "1:17 M01",
       "`rate rss` is in byte / sec, `rate (sent + sent)` is in byte / sec^2"},
      {"x = rss == sent + sent;", "1:12 M01"},
      {"x = cpu > 0.5;", ""},
      {"x = cpu > 5 sec;", "1:11 M01", "`cpu` is in no unit"},
      {"x = rss * age / sent > 5 sec^2;", ""},
      {"x = 2 * rss > 5 byte;", ""},
      {"x = rss / 2 sec > 5 byte;", "1:19 M01"},
      {"x = 1 / age > 5 / sec;", ""},
      {"x = reads > 5 / sec && reads > 5 count / sec;", ""},
      {"x = reads > 5 Kbyte / sec;", "1:13 M01"},
      {"x = count_inst (rss > 1) > 5 sec;", "1:28 M01"},
      {"x = max_inst rss > 5 sec;", "1:20 M01"},
      {"x = age > $delta; y = rss > $delta;", "1:29 M01"},
      {"x = age > $minute;", ""},
      {"limit = 5 sec; x = rss > $limit;", "1:26 M01"},
      {"x = least(rss, 5, age);", "1:19 M01"},
      {"x = default(rss, 5 sec);", "1:18 M01"},
      {"x = floor(rss) > 5 sec;", "1:18 M01"},
      {"x = my(rss) > target(age);", "1:15 M01"},
      {"x = rss - age > 5 sec;", "1:11 M01"},
      {"x = pow(rss, 2) > 5 sec;", ""},
      {"x = load :down > 5 sec;", "1:11 M07"},
  });
}

TEST(MetricsCheck, StatementsAboutWhatIsNowhereCanBeDropped) {
  FakeMetrics metrics;
  Options options;
  options.metrics = &metrics;
  options.drop_absent = true;
  const CheckedTexts checked(
      {"a = load; b = lost; c = rss #swap; d = rss #gone; e = $b + 1;\n"
       "f = rss #gone #swap; g = load :a :b; h = empty > 1; i = age :b;\n"
       "some_inst rss > 1 && lost > 2 -> print \"x\";"},
      options);
  std::string labels;
  for (const std::string& label : checked->files[0].labels)
    labels += label + ',';
  EXPECT_EQ(labels, "a,,c,,,f,g,,i,,") << checked.diagnostics().text();
  EXPECT_FALSE(checked.diagnostics().has_errors());
}

TEST(MetricsCheck, WindowsOfManyInstancesHaveALimit) {
  EXPECT_EQ(read("x = many @0..1999;").codes(), "");
  EXPECT_EQ(read("x = many @0..2000;").codes(), "1:5 C16");
  EXPECT_EQ(read("x = many @2000;").codes(), "1:5 C16");
  EXPECT_EQ(read("x = load @0..99999;").codes(), "");
  EXPECT_EQ(read("x = load @100001;").codes(), "1:5 C16");
}

TEST(MetricsCheck, UnitsCanBeErrors) {
  const CheckedTexts checked = read("x = rss > 5 sec;", true, true);
  EXPECT_EQ(checked.codes(), "1:11 M01");
  EXPECT_TRUE(checked.diagnostics().has_errors());
}

TEST(MetricsCheck, UnitsOfConstantsNeedNoHosts) {
  EXPECT_EQ(CheckedTexts({"x = 5 sec; y = $x + 3 byte;"}).codes(), "1:21 M01");
}

TEST(MetricsCheck, FactsTellWhatMetricsAre) {
  const CheckedTexts checked =
      read("x = load; y = rss :a; z = sent * 2; w = state;");
  EXPECT_EQ(checked.facts_of("x").instances, Facts::Instances::none);
  EXPECT_EQ(checked.facts_of("y").instances, Facts::Instances::open);
  EXPECT_EQ(checked.facts_of("y").width, 3U);
  EXPECT_EQ(checked.facts_of("z").dimension, (lang::Dimension{1, -1, 0}));
  EXPECT_EQ(checked.facts_of("w").type, lang::Kind::text);
}

TEST(MetricsCheck, DimensionsHaveWords) {
  EXPECT_EQ(text_of(lang::Dimension{}), "no unit");
  EXPECT_EQ(text_of({1, -1, 0}), "byte / sec");
  EXPECT_EQ(text_of({0, -2, 0}), "1 / sec^2");
  EXPECT_EQ(text_of({2, 1, -1}), "byte^2 sec / count");
}

TEST(MetricsCheck, TypesAreDumped) {
  const CheckedTexts checked = read(
      "n = 5 sec;\nx = rss :a :b > my(load);\nstate == \"up\" -> print "
      "\"x\";");
  EXPECT_EQ(
      dump_types(*checked),
      "a:1:1: n (not shown, every 10 sec)\n"
      "  a:1:5: 5 sec | number, single, one value, samples 1, sec\n"
      "a:2:1: x (not shown, every 10 sec)\n"
      "  a:2:5: rss :a :b > my(load) | truth, of a candidate, instances, "
      "samples 1, any unit\n"
      "    a:2:5: rss :a :b | number, hosts a b, instances, samples 1, byte\n"
      "    a:2:17: my(load) | number, of a candidate, one value, samples 1, "
      "no unit\n"
      "      a:2:20: load | number, host (default), one value, samples 1, no "
      "unit\n"
      "a:3:1: expr_1 (every 10 sec)\n"
      "  a:3:1: state == \"up\" | truth, host (default), one value, samples 1, "
      "any unit\n"
      "    a:3:1: state | text, host (default), one value, samples 1, any "
      "unit\n"
      "    a:3:10: \"up\" | text, single, one value, samples 1, any unit\n");
}

}  // namespace
}  // namespace balance::check
