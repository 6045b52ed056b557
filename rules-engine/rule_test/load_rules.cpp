#include "rule_test/load_rules.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "check/check.h"
#include "compile/compile.h"
#include "lang/parse.h"
#include "rule_test/series_metrics.h"

namespace balance {
namespace {

using Text = std::shared_ptr<const base::SourceFile>;

/// The rules alone, each at its place in the file of the test.
Text inline_source(const TestFile& file, const RulesGiven& given) {
  std::string text(file.source->text().substr(0, given.end));
  for (std::size_t i = 0; i < given.begin; ++i)
    if (text[i] != '\n') text[i] = ' ';
  return std::make_shared<const base::SourceFile>(file.source->name(),
                                                  std::move(text));
}

std::string path_of(const TestFile& file, const RulesGiven& given) {
  const std::filesystem::path test(file.source->name());
  return (test.parent_path() / given.path).string();
}

/// A metric without series, which is reported otherwise.
bool about_absence(const base::Diagnostic& diagnostic) {
  return diagnostic.severity == base::Diagnostic::Severity::warning &&
         diagnostic.code == "M06";
}

}  // namespace

Read<RulesOfTest> load_rules(const TestFile& file, const RuleTest& test,
                             const TestKit& kit) {
  RulesOfTest out;
  for (const RulesGiven& given : test.rules) {
    if (given.path.empty()) {
      out.sources.push_back(inline_source(file, given));
      continue;
    }
    auto source = kit.read(path_of(file, given));
    if (!source) return fault(given.offset, source.error().text);
    out.sources.push_back(std::move(*source));
  }
  base::Diagnostics diagnostics;
  lang::Names names;
  std::vector<lang::File> files;
  for (const Text& source : out.sources)
    files.push_back(lang::parse(source, names, diagnostics));
  SeriesMetrics metrics(test.series);
  check::Options options;
  options.metrics = &metrics;
  if (test.every_s) options.delta_s = *test.every_s;
  check::Checked checked =
      check::check(files, kit.actions, options, diagnostics);
  out.diagnostics = diagnostics.sorted();
  std::erase_if(out.diagnostics, about_absence);
  if (!diagnostics.has_errors()) out.program = compile(checked);
  return out;
}

std::string place_in_rules(const TestFile& file, const RuleTest& test,
                           const RulesOfTest& rules,
                           const base::Diagnostic& diagnostic,
                           std::size_t& given) {
  const base::Span& span = diagnostic.span;
  const auto at = std::find_if(
      rules.sources.begin(), rules.sources.end(),
      [&](const Text& source) { return source.get() == span.file; });
  given = static_cast<std::size_t>(at - rules.sources.begin());
  if (span.file == nullptr || at == rules.sources.end()) return "";
  base::Place place = span.file->place(span.begin);
  const RulesGiven& text = test.rules[given];
  if (text.path.empty()) place.line -= file.source->place(text.begin).line - 1;
  return fmt::format("{}:{}", place.line, place.column);
}

}  // namespace balance
