// Rules as text, from the file to the decision.
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "eval/rule_test.h"
#include "plugins/migrate/clauses.h"
#include "tools/rule_files.h"

namespace balance {
namespace {

/// The action that comes with us, without what it needs to act.
class Rules : public ::testing::Test {
 protected:
  Rules() {
    table_.version = PMB_VERSION;
    table_.word = "migrate";
    table_.scope = PMB_SCOPE_HOST;
    table_.clauses = migrate_clauses().data();
    table_.n_clauses = migrate_clauses().size();
    table_.act = [](void*, const pmb_decision*, pmb_outcome*) {};
    table_.poll = [](void*, std::uint64_t, pmb_outcome*) {};
    table_.open = [](char*, std::size_t) {
      return static_cast<void*>(nullptr);
    };
    table_.close = [](void*) {};
    auto plugin = Plugin::make(&table_);
    EXPECT_TRUE(plugin.has_value()) << plugin.error().text;
    plugins_.push_back(std::move(*plugin));
    catalogue_ = catalogue_of(plugins_);
  }

  LoadedRules load(const std::string& text, double delta_s = 10,
                   const std::string& dump = "") const {
    LoadOptions options;
    options.check.delta_s = delta_s;
    options.dump = dump;
    return load_sources(
        {std::make_shared<const base::SourceFile>("test.rules", text)},
        catalogue_, options);
  }

 private:
  pmb_action table_{};
  Plugins plugins_;
  std::vector<check::ActionSpec> catalogue_;
};

std::string contents(const std::string& path) {
  std::ifstream in(path);
  std::ostringstream out;
  out << in.rdbuf();
  EXPECT_TRUE(in.good() || in.eof()) << path;
  return out.str();
}

/// Blocks that begin with "# TITLE".
std::vector<std::string> blocks_of(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("# ", 0) == 0)
      out.push_back(line + '\n');
    else if (!out.empty())
      out.back() += line + '\n';
  }
  return out;
}

TEST_F(Rules, DecideAsTheirTestsSay) {
  const auto blocks = blocks_of(contents(TEST_DATA "/rules.test"));
  ASSERT_EQ(blocks.size(), 20U);
  for (const std::string& block : blocks) {
    const std::size_t end = block.find('\n');
    SCOPED_TRACE(block.substr(0, end));
    const auto test = read_rule_test(block.substr(end + 1));
    ASSERT_TRUE(test.has_value()) << test.error().text;
    const LoadedRules rules = load(test->rules, test->every_s);
    ASSERT_TRUE(rules.program.has_value()) << rules.messages;
    Needs needs;
    needs.home = "mosix.proc.home";
    needs.node = "mosix.self.id";
    for (const auto& problem : run_rule_test(*test, *rules.program, needs))
      ADD_FAILURE() << problem;
  }
}

TEST_F(Rules, OfTheShippedFilesHaveNoFault) {
  for (const char* name : {"algorithm1", "algorithm2"}) {
    SCOPED_TRACE(name);
    const std::string path = std::string(SHIPPED_RULES) + '/' + name;
    const LoadedRules rules = load(contents(path + ".rules"), 10, "program");
    EXPECT_EQ(rules.messages, "");
    EXPECT_EQ(rules.dump,
              contents(std::string(TEST_DATA) + '/' + name + ".program"));
  }
}

TEST_F(Rules, StyleIsSpokenOfOnlyWhereThatIsAsked) {
  const auto source =
      std::make_shared<const base::SourceFile>("f", "delta = 5;\n");
  LoadOptions options;
  EXPECT_EQ(load_sources({source}, {}, options).messages, "");
  options.style = true;
  EXPECT_EQ(load_sources({source}, {}, options).messages,
            "f:1:9: warning: a time without unit is in seconds: 5 sec  [W10]\n"
            "    1 | delta = 5;\n"
            "      |         ^\n");
}

TEST_F(Rules, AllErrorsAreReportedWithTheirPlaces) {
  const LoadedRules rules = load(R"(a = $b > 1;
b = load :n1 > 1 -> print "x";
c = $b;
d = ! load :n1 > 1 for 30 sec;
e = load :n1 :n2 > 1 -> print "x";
f = load :n1 :n2 > 1 -> migrate pick 1 by cpu to min load :n1 :n2 where load < 2;
g = load :n1 :n2 > 1 -> migrate pik 1 by cpu to home;
h = load :n1 :n2 > 1 -> migrate pick 0 by cpu to home cooldown 60;
)");
  EXPECT_FALSE(rules.program.has_value());
  std::string heads;
  std::istringstream lines(rules.messages);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t place = line.find(": error: ");
    if (place == std::string::npos) continue;
    heads += line.substr(0, place) + line.substr(line.rfind(" [")) + '\n';
  }
  EXPECT_EQ(heads,
            "test.rules:1:5 [C14]\ntest.rules:3:5 [C15]\n"
            "test.rules:4:5 [C07]\ntest.rules:5:5 [C17]\n"
            "test.rules:6:73 [C09]\ntest.rules:7:33 [C02]\n"
            "test.rules:8:38 [C16]\ntest.rules:8:64 [C04]\n")
      << rules.messages;
}

}  // namespace
}  // namespace balance
