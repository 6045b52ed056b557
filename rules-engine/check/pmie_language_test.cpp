// pmie's language, topic by topic: what pmie takes, we take; what we refuse
// of it on purpose is said with its code. Metrics are not looked up here.
#include "check/check_test.h"

namespace balance::check {
namespace {

/// A text and what is said about it: CheckedTexts::codes().
struct Row {
  const char* text;
  const char* codes = "";
};

void expect_rows(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    SCOPED_TRACE(row.text);
    const CheckedTexts read({row.text});
    EXPECT_EQ(read.codes(), row.codes) << read.diagnostics().text();
  }
}

TEST(PmieLanguage, Ends) {
  expect_rows({{""},
               {";;}"},
               {"x = t}y = t"},
               {"x = t; . rubbish (("},
               {"x = t}\n\t. rubbish (("},
               {"// only this"},
               {"/***/x = t /2/ 3; // c"},
               {"x = t //2\n;"},
               {"x = t y = t;", "1:7 P01"},
               {"{ x = t }", "1:1 P01"},
               {"# c", "1:1 P01"},
               {"x = t /* c", "1:7 P01"},
               {"x = t == \"c;", "1:10 P01"}});
}

TEST(PmieLanguage, Numbers) {
  expect_rows({{"x = 1. + .5 + 1.5e-3 + 1E3 + 2.e1 + 007;"},
               {"x = 5-3 + 5e+2 + 10-t;"},  // pmie: 5, 7, an error
               {"x = 1e-999;"},
               {"x = t > 5->print\"x\";"},
               {"x = 1e999;", "1:5 C16"},
               {"x = 1e;", "1:6 P01"},
               {"x = 5-;", "1:7 P01"},
               {"x = 0x10;", "1:6 P01"},
               {"x = +5;", "1:5 P01"},
               {"x = 1_000;", "1:6 P01"}});
}

TEST(PmieLanguage, Units) {
  expect_rows(
      {{"x = 5Kbyte/sec + 3 Kbytes / min;"},
       {"x = 5 bytes + 5 Tbyte + 2 Gbytes;"},
       {"x = 5 nsecs + 5 nanosec + 5 nanoseconds + 1 usec + 1 microsec "
        "+ 1 microsecond + 1 msec + 1 millisec + 1 milliseconds + 1 sec "
        "+ 1 seconds + 2 mins + 2 minute + 2 hours;"},
       {"x = 5 count + 5 Kcounts + 5 Mcount;"},
       {"x = 5 sec^2 byte^3 / count^2;"},
       {"x = 5 / sec;"},
       {"x = 5 // c\n / /* c */ sec;"},
       {"x = t > 5 / min + 3 / sec;"},
       {"x = 5 / sec.x;"},
       {"u = \"Kbyte / sec\"; x = 5 $u > 3 $u;"},
       {"x = 'bytes' + t.bytes + bytes.t + byte_s;"},
       {"x = bytes;", "1:5 C24"},
       {"x = t / sec;", "1:9 C24"},
       {"a = 5; x = $a / sec;", "1:17 C24"},
       {"a = 5; x = $a sec;", "1:15 P01"},
       {"x = (5) sec;", "1:9 P01"},
       {"x = 5 Gcount;", "1:7 P01"},
       {"x = 5 KByte;", "1:7 P01"},
       {"x = 5 day;", "1:7 P01"},
       {"x = 5 sec^0;", "1:11 C16"},
       {"x = 5 sec^8;", "1:11 C16"},
       {"x = 5 sec min;", "1:5 W12"},
       {"x = 5 sec > 3 byte;", "1:13 M01"}});
}

TEST(PmieLanguage, Names) {
  expect_rows({{"'x y' = t; x.y = t; x_y = t; x\\-y = t; 'a\\'b' = t;"},
               {"'count' = 5; 'rate' = 3; 'true' = 4; x = $count + $rate;"},
               {"'t.one' > 5; x = t\\.one + 'a \xC3\xA9' :'h-1' #'1 minute';"},
               {"TRUE = t; Rate = t; host = t; sum = t; all = t; max = t;"},
               {"sum_x = t; count_host_x = t; a_sum_host = t; x.sum_host = t;"},
               {"for = 5; migrate = 3; my = 2; x = $for + $migrate + $my;"},
               {"x-y = t;", "1:5 P01"},
               {"_a = 3;", "1:1 P01"},
               {"1a = 3;", "1:2 P01"},
               {"\xC3\xA9 = t;", "1:1 P01"},
               {"true = 3;", "1:1 P01"},
               {"else = 3;", "1:1 P01"},
               {"minute = 3;", "1:1 C24"},
               {"sum_host = 3;", "1:1 P01"},
               {"'' = 3;", "1:1 P01"},
               {"x = t :node-a;"}});  // t :node - a
}

TEST(PmieLanguage, Macros) {
  expect_rows({{"n = 3; x = m + $n; n = 50; y = m + $n; n = \"t\"; z = $n;"},
               {"a = 3; b = $a; a = 4; x = t > $b;"},
               {"a = 1 + 2 * 3; b = -$a; c = 1 < 2; d = ! $c && true; e = $b;"},
               {"b = true; $b -> print \"x\"; x = $b && t > 1; y = ! $b;"},
               {"h = \":a #b\"; x = t.one $h @0..1 > 1;"},
               {"d = \"disk\"; x = $d.dev + t.$d + 't $d' + a$d.b;"},
               {"m = \"print \\\"x\\\"\"; t > 1 -> $m & $m;"},
               {"s = \"q\"; $s = 3; a$s = 4; x = $q + $aq;"},
               {"s = \"\"; x = t $s > 1; $s;"},
               {"x = $minute + $hour + $day + $month + $year + $day_of_week;"},
               {"'minute' = 5; x = $minute; day = t; y = $day + 1;"},
               {"x = t == \"\\$nope\" && t == \"5$\";"},
               {"k = \"sum_inst\"; o = \">\"; x = $k t $o= 1;"},
               {"x = $nope;", "1:5 C14"},
               {"x = t $nope;", "1:7 C14"},
               {"x = s == \"$nope\";", "1:11 C14"},
               {"a = 3; x = t.$a;", "1:14 C14"},
               {"a = \"\\$a\"; $a;", "1:12 C22"},
               // pmie reads rubbish, and may crash.
               {"b = true; x = $b > 0;", "1:18 C26"},
               {"b = true; x = t > $b;", "1:19 C26"},
               {"b = true; x = $b + 1;", "1:18 C26"}});
}

TEST(PmieLanguage, Fetches) {
  expect_rows({{"x = t :a :b #i #'j k' @1;"},
               {"x = t:a#i@5..2;"},
               {"x = t @1.7 + t @1. + t @ 5 .. 2 + t @1e1;"},
               {"n = \"@0..2\"; x = sum_sample t $n;"},
               {"x = t #i :a;", "1:10 P01"},
               {"x = t @1 #i;", "1:10 P01"},
               {"x = t @-1;", "1:8 P01"},
               {"x = t @2..;", "1:11 P01"},
               {"n = 1; x = t @$n;", "1:15 P01"},
               {"x = t #1;", "1:8 P01"},
               {"x = t #count;", "1:8 P01"},
               {"x = t :sec;", "1:8 P01"}});
}

TEST(PmieLanguage, Expressions) {
  expect_rows(
      {{"x = ((t)); y = (t > 1) && (true); z = - - t; w = !!(t > 1);"},
       {"x = -t > -1 && rate rate t > rate instant -c;"},
       {"x = rising rising t > 1; y = ! rising ! t > 1; z = falling true;"},
       {"x = s == \"up\" && \"up\" != s && \"a\" == \"b\" && s == s;"},
       {"x = 5 / 0 > 0 / 0;"},
       {"x = true;"},
       {"x = match_inst \"a\" rising t > 1 && nomatch_inst \"b\" ! t > 1;"},
       {"m = \"a\"; x = match_inst \"$m\" match_inst \"^b\\$\" t > 1;"},
       {"x = t > 1 > 0;", "1:11 C26"},
       {"x = (t > 1) == (t > 2);", "1:13 C26"},
       {"x = true == true;", "1:10 C26"},
       {"x = t && t;", "1:5 C26, 1:10 C26"},
       {"x = ! t;", "1:7 C26"},
       {"x = rising t;", "1:12 C26"},
       {"x = rate (t > 1);", "1:11 C26"},
       {"x = (t + 1) && true;", "1:6 C26"},
       {"x = t + (t > 1);", "1:10 C26"},
       {"x = s > \"up\";", "1:9 C26"},
       {"x = match_inst a t > 1;", "1:16 P01"},
       {"x = match_inst \"a\" t;", "1:20 C26"},
       {"x = match_inst \"(\" t > 1;", "1:16 C19"},
       {"x = ();", "1:6 P01"},
       {"x = (t;", "1:7 P01"},
       {"x = t);", "1:6 P01"}});
}

TEST(PmieLanguage, Aggregates) {
  expect_rows(
      {{"x = some_inst rising t > 1; y = all_sample ! t @0..2 > 1;"},
       {"x = some_host some_inst t > 1; y = some_inst (t > 1);"},
       {"x = 50%_inst t > 1; y = 0.5 %_host t > 1; z = 100%_sample t > 1;"},
       {"x = sum_inst t + 1 > 2 && sum_inst (t + 1) > 2;"},
       {"x = count_inst t > 1 > 0 && count_inst (t > 1 && t < 5) >= 1;"},
       {"x = 1 + count_inst ! t > 1; y = - sum_inst - rate t;"},
       {"x = count_inst match_inst \"a\" t > 1 > 0;"},
       {"x = sum_inst sum_inst t; y = sum_sample sum_inst t @0..2;"},
       {"x = some_inst some_host t > 1;", "1:15 W11"},
       {"x = sum_inst (t > 1);", "1:15 C26"},
       {"x = count_inst t;", "1:16 C26"},
       {"x = sum_host sum_host t;", "1:14 C26"},
       {"x = sum_host 5;", "1:14 C26"},
       {"x = max_inst \"a\";", "1:14 C26"},
       {"x = sum_inst (t > 1) == \"5\";", "1:15 C26"},
       {"x = - (t > 1) == \"5\"; y = 1 + (t > 1) == \"5\";",
        "1:8 C26, 1:32 C26"},
       {"x = -5%_inst t > 1;", "1:7 P01"},
       {"n = 50; x = $n%_inst t > 1;", "1:15 P01"},
       {"x = 50% _inst t > 1;", "1:7 P01"},
       {"x = 150%_inst t > 1;", "1:5 C16"}});
}

TEST(PmieLanguage, Rules) {
  expect_rows({{"t > 1 -> print \"x\"; r = true -> print \"x\"; (t) > "
                "(1)->print \"a\";"},
               {"(t > 1 -> print \"x\"); r = ((t > 1 -> print \"x\"));"},
               {"((t > 1) && t < 3) -> print \"x\";"},
               {"t > 1 && t > 2 || t > 3 -> print \"x\";", "1:1 W02"},
               {"t -> print \"x\";", "1:1 C17"},
               {"t + 1 -> print \"x\";", "1:1 C17"},
               {"\"x\" -> print \"x\";", "1:1 C17"},
               {"-> print \"x\";", "1:1 P01"},
               {"t > 1 ->;", "1:9 P01"},
               {"t > 1 -> t > 2;", "1:12 P01"},
               {"(t > 1 -> print \"x\") & print \"y\";", "1:22 P01"},
               {"r = s = t > 1 -> print \"x\";", "1:7 P01"}});
}

TEST(PmieLanguage, Actions) {
  expect_rows(
      {{"t > 1 -> print \"a\" \"b\" \"\" & shell 5 min \"c\" | (alarm \"d\");"},
       {"t > 1 -> syslog \"-p\" \"user.info\" \"-t\" \"x\" \"a\";"},
       {"t > 1 -> stomp 1 hour \"a\" & (print \"b\" | print \"c\") & print "
        "\"d\";"},
       {"print \"x\"; r = print 5 sec \"x\"; shell \"x\"; alarm \"x\" | stomp "
        "\"x\";"},
       {"(print \"x\"); r = (print \"x\" | print \"y\") & print \"z\";"},
       {"((print \"x\") | print \"y\");"},
       {"n = \"5 sec\"; t > 1 -> print $n \"a\" & print 0 sec \"%v %% %h\";"},
       {"t > 1 -> print 5 \"a\";", "1:16 W10"},
       {"t > 1 -> print 5 min 3 sec \"a\";", "1:22 P01"},
       {"t > 1 -> print 5 byte \"a\";", "1:16 C04"},
       {"t > 1 -> print -5 sec \"a\";", "1:16 P01"},
       {"t > 1 -> print;", "1:15 P01"},
       {"t > 1 -> print 'a';", "1:16 P01"},
       {"t > 1 -> print (\"a\");", "1:16 P01"},
       {"t > 1 -> print \"a\", \"b\";", "1:19 P01"},
       {"t > 1 -> print \"a\" && print \"b\";", "1:20 P01"},
       {"t > 1 -> print \"a\" print \"b\";", "1:20 P01"}});
}

TEST(PmieLanguage, Rulesets) {
  expect_rows(
      {{"ruleset t > 1 -> print \"a\";"},
       {"r = ruleset t > 1 -> print \"a\" else (t > 2 -> print \"b\" & print "
        "\"c\") else true -> print \"d\" unknown -> print \"u\" otherwise -> "
        "print \"o\" | print \"p\";"},
       {"ruleset t > 1 -> print \"a\" unknown -> print \"u\";"},
       {"ruleset t > 1 -> print \"a\" otherwise -> print \"u\";"},
       {"ruleset t > 1 -> print \"a\" otherwise -> print \"o\" unknown -> "
        "print "
        "\"u\";",
        "1:51 P01"},
       {"ruleset t > 1;", "1:14 P01"},
       {"ruleset;", "1:8 P01"},
       {"ruleset print \"a\";", "1:9 P01"},
       {"ruleset t > 1 -> print \"a\" else print \"b\";", "1:33 P01"},
       {"ruleset t > 1 -> print \"a\" unknown print \"u\";", "1:36 P01"},
       {"(ruleset t > 1 -> print \"a\");", "1:2 P01"},
       {"t > 1 -> print \"a\" otherwise -> print \"b\";", "1:20 P01"}});
}

TEST(PmieLanguage, Deltas) {
  expect_rows(
      {{"delta = 5 sec; t; delta = 2 * 3 min; x = $delta; delta = .5 sec;"},
       {"delta = 1;", "1:9 W10"},
       {"delta = 0;", "1:9 W10, 1:9 C16"},
       {"delta = -1 sec;", "1:9 C16"},
       {"delta = 1 byte;", "1:9 C04"},
       {"delta = \"5\";", "1:9 C04"},
       {"delta = t;", "1:9 C04"}});
}

/// What is shown, under which name: pmie counts constants too.
TEST(PmieLanguage, Labels) {
  const CheckedTexts read(
      {"t; 5; x = 3; \"s\"; y = t; delta = 5 sec; true; print \"x\"; z = "
       "my(t);",
       "t > 1 -> print \"x\";"});
  EXPECT_EQ(read.codes(), "");
  std::string labels;
  for (const CheckedFile& file : read->files) {
    for (const std::string& label : file.labels) labels += label + ",";
  }
  EXPECT_EQ(labels, "expr_1,,,,y,,,expr_5,,expr_6,");
}

/// Each use of a constant means the definition above it.
TEST(PmieLanguage, ConstantsBindByValue) {
  const CheckedTexts read(
      {"n = 3; b = $n; n = 50; c = $n; d = $b; day = 7; "
       "e = $day; 'hour' = t; f = $hour;"});
  EXPECT_EQ(read.codes(), "");
  EXPECT_EQ(read.facts_of("b").constant->value, 3);
  EXPECT_EQ(read.facts_of("c").constant->value, 50);
  EXPECT_EQ(read.facts_of("d").constant->value, 3);
  EXPECT_EQ(read.facts_of("e").constant->value, 7);
  EXPECT_TRUE(read.facts_of("f").single());
  EXPECT_EQ(read->definitions.size(), 9U);
  EXPECT_EQ(read->names.at("n")->statement, 2U);
  EXPECT_TRUE(read->names.at("d")->constant);
  EXPECT_FALSE(read->names.at("f")->constant);
}

}  // namespace
}  // namespace balance::check
