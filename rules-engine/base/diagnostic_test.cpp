#include "base/diagnostic.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace base {
namespace {

Span find(const SourceFile& file, std::string_view what) {
  const std::size_t begin = file.text().find(what);
  EXPECT_NE(begin, std::string_view::npos) << what;
  return {&file, static_cast<std::uint32_t>(begin),
          static_cast<std::uint32_t>(begin + what.size())};
}

TEST(SourceFile, PlacesCountCharactersFromOne) {
  const SourceFile file("f", "ab\n\tx\xC3\xA4y\r\n\nend");
  struct Case {
    std::size_t offset, line, column;
  };
  for (const Case& c :
       {Case{0, 1, 1}, Case{2, 1, 3}, Case{3, 2, 1}, Case{4, 2, 2},
        Case{7, 2, 4}, Case{10, 3, 1}, Case{14, 4, 4}, Case{999, 4, 4}}) {
    EXPECT_EQ(file.place(c.offset).line, c.line) << c.offset;
    EXPECT_EQ(file.place(c.offset).column, c.column) << c.offset;
  }
  EXPECT_EQ(file.line(1), "ab");
  EXPECT_EQ(file.line(2), "\tx\xC3\xA4y");
  EXPECT_EQ(file.line(3), "");
  EXPECT_EQ(file.line(4), "end");
  EXPECT_EQ(file.line(0), "");
  EXPECT_EQ(file.line(5), "");
}

TEST(SourceFile, EmptyTextHasOneEmptyLine) {
  const SourceFile file("f", "");
  EXPECT_EQ(file.place(0).line, 1U);
  EXPECT_EQ(file.line(1), "");
}

TEST(Diagnostic, ShowsLineAndMarks) {
  const SourceFile file(
      "rules/owner.rules",
      std::string(13, '\n') +
          "     to min $load among $nodes where mosix.self.load < 2\n");
  Diagnostics found;
  found.error("C09", find(file, "mosix.self.load"),
              "whose `mosix.self.load`? Write my(…) or target(…)");
  EXPECT_EQ(found.text(),
            "rules/owner.rules:14:38: error: whose `mosix.self.load`? Write "
            "my(…) or target(…)  [C09]\n"
            "   14 |      to min $load among $nodes where mosix.self.load < "
            "2\n"
            "      |                                      ^~~~~~~~~~~~~~~\n");
}

TEST(Diagnostic, TabsAndUmlautsKeepTheMarksInPlace) {
  const SourceFile file("f", "\t\xC3\xA4\tbad \x1B[1m\n");
  Diagnostics found;
  found.warning("W01", find(file, "bad"), "m", {{find(file, "\t"), "n"}});
  EXPECT_EQ(found.text(),
            "f:1:4: warning: m  [W01]\n"
            "    1 | \t\xC3\xA4\tbad ?[1m\n"
            "      | \t \t^~~\n"
            "f:1:1: note: n\n"
            "    1 | \t\xC3\xA4\tbad ?[1m\n"
            "      | ^\n");
}

TEST(Diagnostic, MarksEndWithTheLineAndLongLinesAreCut) {
  const SourceFile file("f", "a b\nc\n" + std::string(100000, '(') + "x");
  Diagnostics found;
  found.error("P01", {&file, 2, 5}, "two lines");
  found.error("P01", find(file, "x"), "far right");
  EXPECT_EQ(found.text(),
            "f:1:3: error: two lines  [P01]\n"
            "    1 | a b\n"
            "      |   ^\n"
            "f:3:100001: error: far right  [P01]\n"
            "    3 | " +
                std::string(60, '(') + "x\n      | " + std::string(60, ' ') +
                "^\n");
}

TEST(Diagnostics, SortsByFileThenPlace) {
  const SourceFile first("first", "ab");
  const SourceFile second("second", "ab");
  Diagnostics found;
  found.error("1", {&first, 1, 2}, "one");
  found.error("2", {&second, 0, 1}, "two");
  found.error("3", {&first, 0, 1}, "three");
  const auto sorted = found.sorted();
  ASSERT_EQ(sorted.size(), 3U);
  EXPECT_EQ(sorted[0].code, "3");
  EXPECT_EQ(sorted[1].code, "1");
  EXPECT_EQ(sorted[2].code, "2");
  EXPECT_EQ(found.all()[0].code, "1");
}

TEST(Diagnostics, WarningsCanBeErrors) {
  Diagnostics found;
  found.warning("W01", {}, "careful");
  EXPECT_FALSE(found.has_errors());
  EXPECT_EQ(found.text(), "warning: careful  [W01]\n");
  found.warnings_are_errors();
  found.warning("W02", {}, "stop");
  EXPECT_EQ(found.errors(), 1U);
}

TEST(Diagnostics, StyleCanBeLeftOut) {
  Diagnostics found;
  found.style("W10", {}, "said");
  found.leave_style_out();
  found.style("W10", {}, "not said");
  found.warning("W08", {}, "said too");
  EXPECT_EQ(found.text(), "warning: said  [W10]\nwarning: said too  [W08]\n");
}

TEST(Span, TextAndPlace) {
  const SourceFile file("f", "one two");
  const Span two = find(file, "two");
  EXPECT_EQ(text_of(two), "two");
  EXPECT_EQ(text_of(join(find(file, "one"), two)), "one two");
  EXPECT_EQ(place_text(two), "f:1:5");
  EXPECT_EQ(text_of({}), "");
  EXPECT_EQ(place_text({}), "");
}

TEST(Diagnostics, ArePrintedForProgramsToo) {
  const SourceFile file("f", "ab \"cd\xFF\"\n");
  Diagnostics found;
  found.warning("W01", find(file, "cd"), "m \"q\"", {{find(file, "ab"), "n"}});
  found.error("C21", {}, "no place");
  const auto json = nlohmann::json::parse(found.json());
  ASSERT_EQ(json.size(), 2U);
  const auto& warning = json[0].at("severity") == "warning" ? json[0] : json[1];
  const auto& error = json[0].at("severity") == "warning" ? json[1] : json[0];
  EXPECT_EQ(warning.at("file"), "f");
  EXPECT_EQ(warning.at("line"), 1);
  EXPECT_EQ(warning.at("column"), 5);
  EXPECT_EQ(warning.at("code"), "W01");
  EXPECT_EQ(warning.at("message"), "m \"q\"");
  ASSERT_EQ(warning.at("notes").size(), 1U);
  EXPECT_EQ(warning.at("notes")[0].at("column"), 1);
  EXPECT_EQ(warning.at("notes")[0].at("message"), "n");
  EXPECT_EQ(error.at("severity"), "error");
  EXPECT_TRUE(error.at("file").is_null());
  EXPECT_TRUE(error.at("line").is_null());
  EXPECT_EQ(Diagnostics().json(), "[]\n");
}

TEST(Diagnostics, AreJsonWhateverBytesTheyHold) {
  Diagnostics found;
  found.error("P01", {}, "\xFF\x01");
  EXPECT_TRUE(nlohmann::json::accept(found.json()));
}

}  // namespace
}  // namespace base
