// Rules as text, from the file to the decision.
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "plugins/migrate/clauses.h"
#include "rule_test/report.h"
#include "tools/rule_files.h"
#include "tools/run_tests.h"

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
    table_.needs = migrate_needs().data();
    table_.n_needs = migrate_needs().size();
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

  TestKit kit() const { return test_kit(plugins_); }

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

TEST_F(Rules, DecideAsTheirTestsSay) {
  const FileResult result = run_test_file(TEST_DATA "/rules.test", kit());
  EXPECT_EQ(result.error, "");
  EXPECT_EQ(result.tests.size(), 21U);
  for (const TestResult& test : result.tests) {
    EXPECT_EQ(test.failure, "") << test.place << ' ' << test.title;
    EXPECT_TRUE(test.warnings.empty()) << test.warnings.front();
  }
}

TEST_F(Rules, ThatShipPassTheirTests) {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(SHIPPED_RULES)) {
    if (entry.path().extension() != ".rules") continue;
    ++files;
    auto path = entry.path();
    const FileResult result =
        run_test_file(path.replace_extension(".test").string(), kit());
    EXPECT_EQ(result.error, "");
    EXPECT_GE(result.tests.size(), 3U) << path;
    EXPECT_EQ(report_text({&result, 1}),
              fmt::format("{} tests, 0 failed\n", result.tests.size()));
  }
  EXPECT_GE(files, 10U);
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

}  // namespace
}  // namespace balance
