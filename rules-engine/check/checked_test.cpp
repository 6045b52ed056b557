// What checking finds out about rules that have no fault.
#include "check/check_test.h"

namespace balance::check {
namespace {

using lang::Kind;

TEST(Checked, NamesSayWhereTheyAreDefined) {
  const CheckedTexts read(
      {"nodes = \":a :b\"; busy = load $nodes > 1;",
       "many = count_host $busy;\nr = $many > 1 -> print \"x\";"});
  EXPECT_EQ(read.diagnostics().text(), "");
  const auto& names = read->names;
  ASSERT_EQ(names.size(), 4U);
  EXPECT_EQ(names.at("nodes")->kind, Definition::Kind::macro);
  EXPECT_EQ(names.at("busy")->kind, Definition::Kind::value);
  EXPECT_EQ(names.at("r")->kind, Definition::Kind::rule);
  EXPECT_EQ(names.at("busy")->file, 0U);
  EXPECT_EQ(names.at("busy")->statement, 1U);
  EXPECT_EQ(names.at("many")->file, 1U);
  EXPECT_EQ(names.at("many")->statement, 0U);
  EXPECT_EQ(base::place_text(names.at("r")->span), "b:2:1");
}

TEST(Checked, VariablesPointAtWhatTheyName) {
  const CheckedTexts read({"busy = load > 1;", "c = ! $busy; d = $minute;"});
  const CheckedFile& file = read->files[1];
  std::size_t named = 0;
  for (lang::ExprId id = 0; id < file.file->expressions.size(); ++id) {
    const auto* variable = std::get_if<lang::Variable>(&file.file->at(id).node);
    if (variable == nullptr || variable->name != "busy") {
      EXPECT_EQ(file.names[id], nullptr);
      continue;
    }
    ++named;
    EXPECT_EQ(file.names[id], read->names.at("busy"));
  }
  EXPECT_EQ(named, 1U);
}

struct FactsRow {
  const char* text;  ///< of x
  Kind type;
  const char* hosts;  ///< with blanks after them; "." is the default host
  Facts::Instances instances;
  std::uint32_t samples;
};

TEST(Checked, FactsTellTypeAndShape) {
  constexpr auto kNone = Facts::Instances::none;
  constexpr auto kOpen = Facts::Instances::open;
  constexpr auto kSome = Facts::Instances::some;
  const FactsRow rows[] = {
      {"1", Kind::number, "", kNone, 1},
      {"true", Kind::truth, "", kNone, 1},
      {"load", Kind::number, ". ", kOpen, 1},
      {"load :b :a", Kind::number, "b a ", kOpen, 1},
      {"load #i", Kind::number, ". ", kNone, 1},
      {"load #i #j @0..4", Kind::number, ". ", kSome, 5},
      {"load @2", Kind::number, ". ", kOpen, 1},
      {"load :a > 1", Kind::truth, "a ", kOpen, 1},
      {"load :a :b + cpu :b", Kind::number, "a b ", kOpen, 1},
      {"load :a :b + cpu :c", Kind::number, "a b ", kOpen, 1},
      {"load :c + cpu :a :b", Kind::number, "a b ", kOpen, 1},
      {"load :a :b + cpu :b :c :d", Kind::number, "a b c d ", kOpen, 1},
      {"load :a :b + cpu :c :d", Kind::number, "a b ", kOpen, 1},
      {"sum_host load :a :b", Kind::number, "", kNone, 1},
      {"some_inst load :a :b > 1", Kind::truth, "a b ", kNone, 1},
      {"count_inst load :a > 1", Kind::number, "a ", kNone, 1},
      {"avg_sample load #i #j @0..4", Kind::number, ". ", kSome, 1},
      {"rising load :a > 1", Kind::truth, "a ", kOpen, 1},
      {"load :a > 1 for 1 min", Kind::truth, "a ", kOpen, 1},
      {"known(load :a)", Kind::truth, "a ", kOpen, 1},
      {"default(load :a > 1, false)", Kind::truth, "a ", kOpen, 1},
      {"latch(load :a > 1, load :b < 1)", Kind::truth, "a ", kOpen, 1},
      {"my(load :a :b)", Kind::number, "", kNone, 1},
      {"target(load :a :b > 1)", Kind::truth, "", kNone, 1},
      {"$seen", Kind::truth, "s ", kOpen, 1},
      {"$minute", Kind::number, "", kNone, 1},
  };
  for (const FactsRow& row : rows) {
    SCOPED_TRACE(row.text);
    const CheckedTexts read(
        {"seen = load :s > 1;", std::string("x = ") + row.text + ';'});
    EXPECT_FALSE(read.diagnostics().has_errors());
    const Facts& facts = read.facts_of("x");
    std::string hosts;
    for (const Host host : facts.hosts) {
      hosts += (host == 0 ? "." : read->hosts[host]) + ' ';
    }
    EXPECT_EQ(facts.type, row.type);
    EXPECT_EQ(hosts, row.hosts);
    EXPECT_EQ(facts.instances, row.instances);
    EXPECT_EQ(facts.samples, row.samples);
  }
}

TEST(Checked, FactsTellSidesThroughNames) {
  const CheckedTexts read(
      {"here = my(load); there = target(load);\n"
       "gain = $here - $there; x = load;"});
  EXPECT_TRUE(read.facts_of("here").my);
  EXPECT_FALSE(read.facts_of("here").target);
  EXPECT_TRUE(read.facts_of("there").target);
  EXPECT_TRUE(read.facts_of("gain").my && read.facts_of("gain").target);
  EXPECT_FALSE(read.facts_of("x").sided());
}

TEST(Checked, FactsTellConstantsWithTheirUnits) {
  const CheckedTexts read(
      {"rest = 1.5 min; twice = 2 * $rest; some = 4 / min; less = -$rest;\n"
       "kilo = 2 Kbyte; open = 2 * load; mixed = 1 sec + 1 Kbyte;"});
  ASSERT_TRUE(read.facts_of("twice").constant.has_value());
  EXPECT_DOUBLE_EQ(read.facts_of("rest").constant->value, 90);
  EXPECT_EQ(read.facts_of("rest").constant->dimension,
            (lang::Dimension{0, 1, 0}));
  EXPECT_DOUBLE_EQ(read.facts_of("twice").constant->value, 180);
  EXPECT_EQ(read.facts_of("twice").constant->dimension,
            (lang::Dimension{0, 1, 0}));
  EXPECT_DOUBLE_EQ(read.facts_of("less").constant->value, -90);
  EXPECT_DOUBLE_EQ(read.facts_of("some").constant->value, 4.0 / 60);
  EXPECT_EQ(read.facts_of("some").constant->dimension,
            (lang::Dimension{0, -1, 0}));
  EXPECT_DOUBLE_EQ(read.facts_of("kilo").constant->value, 2048);
  EXPECT_FALSE(read.facts_of("open").constant.has_value());
  EXPECT_FALSE(read.facts_of("mixed").constant.has_value());
}

TEST(Checked, AMetricThatIsComparedWithATextIsOne) {
  const CheckedTexts read({"x = my(state) == \"up\";"});
  const CheckedFile& file = read->files[0];
  for (lang::ExprId id = 0; id < file.file->expressions.size(); ++id) {
    if (std::holds_alternative<lang::Fetch>(file.file->at(id).node)) {
      EXPECT_EQ(file.facts_of(id).type, Kind::text);
    }
  }
}

TEST(Checked, ClausesBelongToTheNearestThatHasThem) {
  const CheckedTexts read(
      {"r = load > 1 -> migrate pick 1 by cpu where a > 1 to home\n"
       "where my(b) > 1 shift load by cpu limit 4 each user inflight 2 each "
       "rule;"});
  ASSERT_EQ(read.diagnostics().text(), "");
  ASSERT_EQ(read->files[0].clauses.size(), 1U);
  const auto& clauses = read->files[0].clauses.begin()->second;
  std::string text;
  for (const BoundClause& one : clauses) {
    EXPECT_EQ(one.spec->word, one.clause->word.text);
    text += one.spec->word;
    if (one.parent != BoundClause::kNoParent) {
      EXPECT_EQ(one.spec->parent, clauses[one.parent].spec->word);
      text += '<' + clauses[one.parent].spec->word;
    }
    text += ' ';
  }
  EXPECT_EQ(text,
            "pick by<pick where<pick to where<to shift by<shift limit "
            "each<limit inflight each<inflight ");
}

TEST(Checked, DeltasHoldForWhatFollows) {
  const CheckedTexts read(
      {"x = 1; delta = 5 sec; y = 1;", "z = 1; delta = 2 min; w = 1;"},
      Options{7});
  EXPECT_EQ(read.diagnostics().text(), "");
  EXPECT_EQ(read->files[0].deltas_s, (std::vector<double>{7, 5, 5}));
  EXPECT_EQ(read->files[1].deltas_s, (std::vector<double>{5, 120, 120}));
  EXPECT_EQ(read->names.count("delta"), 0U);
}

/// `x0 = load; x1 = OPERATORS $x0; …`, and a rule that uses the last.
std::string chain(std::size_t names, const std::string& operators) {
  std::string text = "x0 = load;\n";
  for (std::size_t i = 1; i < names; ++i) {
    text += 'x' + std::to_string(i) + " = " + operators + "$x" +
            std::to_string(i - 1) + ";\n";
  }
  return text + "$x" + std::to_string(names - 1) + " > 1 -> print \"x\";\n";
}

TEST(Checked, NamesOfNamesHaveALimit) {
  EXPECT_EQ(CheckedTexts({chain(200, "")}).codes(), "");
  EXPECT_EQ(CheckedTexts({chain(201, "")}).codes(), "202:1 C22");
  // Once for all that use it.
  const CheckedTexts read({chain(30000, "")});
  EXPECT_EQ(read.codes(), "202:8 C22");
  EXPECT_NE(read.diagnostics().text().find(
                "what `$x200` stands for is nested deeper than 200 names"),
            std::string::npos);
}

TEST(Checked, NamesOfDeepExpressionsHaveALimit) {
  EXPECT_EQ(CheckedTexts({chain(20, std::string(98, '-'))}).codes(), "");
  const CheckedTexts read({chain(200, std::string(190, '-'))});
  EXPECT_EQ(read.diagnostics().errors(), 1U);
  EXPECT_NE(read.diagnostics().text().find("is nested deeper than 2000  [C22]"),
            std::string::npos);
}

}  // namespace
}  // namespace balance::check
