#include "rule_test/run_test.h"

#include <algorithm>
#include <chrono>
#include <iterator>

#include <fmt/format.h>

#include "base/text.h"
#include "engine/report.h"
#include "rule_test/judge.h"
#include "rule_test/stage.h"
#include "rule_test/typos.h"

namespace balance {
namespace {

void append_lines(std::string& out, std::string_view mark,
                  const std::vector<std::string>& lines) {
  for (const std::string& line : lines) out.append(mark).append(line) += '\n';
}

/// The text with each line further right.
std::string indented(std::string_view text, std::string_view blanks) {
  std::string out;
  while (!text.empty())
    out.append(blanks).append(base::take_line(text)) += '\n';
  return out;
}

class TestRun {
 public:
  TestRun(const TestFile& file, const RuleTest& test, const TestKit& kit)
      : file_(file), test_(test), kit_(kit) {}

  TestResult run() {
    return timed([this] {
      if (load()) evaluate();
    });
  }
  TestResult run(Program program) {
    rules_.program = std::move(program);
    return timed([this] { evaluate(); });
  }

 private:
  /// Of evaluations, from the first to the last.
  using Range = std::pair<std::size_t, std::size_t>;

  template <class Work>
  TestResult timed(const Work& work) {
    using Clock = std::chrono::steady_clock;
    const auto begin = Clock::now();
    out_.title = test_.title;
    const auto line = file_.source->place(test_.offset).line;
    out_.place = fmt::format("{}:{}", file_.source->name(), line);
    work();
    out_.took_s = std::chrono::duration<double>(Clock::now() - begin).count();
    return std::move(out_);
  }

  void wrong(const TextFault& fault) {
    out_.failure += fmt::format("  {}: error: {}\n",
                                place_of(file_, fault.offset), fault.what);
  }

  void warn(const TextFault& fault) {
    out_.warnings.push_back(fmt::format(
        "{}: warning: {}", place_of(file_, fault.offset), fault.what));
  }

  /// True: there are rules to evaluate.
  bool load() {
    auto loaded = load_rules(file_, test_, kit_);
    if (!loaded) {
      wrong(loaded.error());
      return false;
    }
    rules_ = std::move(*loaded);
    compare_problems();
    if (!rules_.program) {
      if (out_.passed() && !test_.expectations.empty())
        wrong({test_.expectations.front().offset,
               "rules with errors are not evaluated"});
      return false;
    }
    rules_.program->hosts[0] = test_.host;
    for (const TextFault& fault : unknown_names(test_, *rules_.program))
      wrong(fault);
    for (const TextFault& fault : idle_names(test_, *rules_.program, kit_))
      warn(fault);
    return out_.passed();
  }

  /// Errors must be all that are expected; so warnings, if any is.
  void compare_problems() {
    bool warnings = false;
    std::vector<std::string> expected, got;
    for (const ProblemWanted& each : test_.problems) {
      warnings = warnings || !each.error;
      expected.push_back(fmt::format("{} {} at {}",
                                     each.error ? "error" : "warning",
                                     each.code, each.place));
    }
    std::string texts;
    for (const base::Diagnostic& each : rules_.diagnostics) {
      const bool error = each.severity == base::Diagnostic::Severity::error;
      if (!error && !warnings) continue;
      got.push_back(problem_line(each, expected));
      texts += to_text(each);
    }
    std::sort(expected.begin(), expected.end());
    std::sort(got.begin(), got.end());
    if (expected == got) return;
    std::vector<std::string> missing, surplus;
    std::set_difference(expected.begin(), expected.end(), got.begin(),
                        got.end(), std::back_inserter(missing));
    std::set_difference(got.begin(), got.end(), expected.begin(),
                        expected.end(), std::back_inserter(surplus));
    append_lines(out_.failure, "  - ", missing);
    append_lines(out_.failure, "  + ", surplus);
    out_.failure += indented(texts, "    ");
  }

  /// With the file of the rules if the test expects it so.
  std::string problem_line(const base::Diagnostic& problem,
                           const std::vector<std::string>& expected) const {
    std::size_t given = 0;
    const std::string place =
        place_in_rules(file_, test_, rules_, problem, given);
    const std::string head = fmt::format(
        "{} {} at ",
        problem.severity == base::Diagnostic::Severity::error ? "error"
                                                              : "warning",
        problem.code);
    if (given < test_.rules.size() && !test_.rules[given].path.empty()) {
      std::string named =
          fmt::format("{}{}:{}", head, test_.rules[given].path, place);
      if (std::find(expected.begin(), expected.end(), named) != expected.end())
        return named;
    }
    return head + place;
  }

  void evaluate() {
    Stage stage(test_, *rules_.program, kit_);
    if (auto why = stage.trouble(); !why.empty())
      return wrong({test_.offset, std::move(why)});
    std::vector<Range> ranges;
    std::size_t last = 0;
    for (const Expectation& each : test_.expectations) {
      const auto range = range_of(stage, each.when);
      if (!range) return;
      ranges.push_back(*range);
      last = std::max(last, range->second);
    }
    for (const OutcomeGiven& each : test_.outcomes)
      if (each.when && !range_of(stage, *each.when)) return;
    for (std::size_t k = 0; k <= last; ++k) {
      const Happened happened = stage.evaluate(k);
      report(judge(expected_at(ranges, k), happened, stage), happened, stage,
             k);
    }
    for (const std::size_t offset : stage.unused_outcomes())
      warn({offset, "no move has this outcome"});
  }

  std::optional<Range> range_of(const Stage& stage, const When& when) {
    const auto first = stage.number_of(when.first);
    const auto last = stage.number_of(when.last);
    if (first && last && *first <= *last) return Range{*first, *last};
    wrong({when.offset, fmt::format("no evaluations: they are {:g} sec apart",
                                    stage.step_s())});
    return std::nullopt;
  }

  std::vector<const Expectation*> expected_at(const std::vector<Range>& ranges,
                                              std::size_t k) const {
    std::vector<const Expectation*> out;
    for (std::size_t i = 0; i < ranges.size(); ++i)
      if (ranges[i].first <= k && k <= ranges[i].second)
        out.push_back(&test_.expectations[i]);
    return out;
  }

  void report(const std::vector<Difference>& differences,
              const Happened& happened, const Stage& stage, std::size_t k) {
    bool explained = false;
    for (const Difference& each : differences) {
      out_.failure += fmt::format("  at {} ({:g} sec), {}\n", k,
                                  static_cast<double>(k) * stage.step_s(),
                                  place_of(file_, each.offset));
      append_lines(out_.failure, "  - ", each.expected);
      append_lines(out_.failure, "  + ", each.got);
      explained = explained || each.explain;
    }
    if (!explained) return;
    if (happened.runs.empty())
      out_.failure += "    nothing ran: no condition was true\n";
    for (const RunReport& run : happened.runs)
      out_.failure +=
          indented(explain(run, stage.program(), happened.now_s), "    ");
  }

  const TestFile& file_;
  const RuleTest& test_;
  const TestKit& kit_;
  RulesOfTest rules_;
  TestResult out_;
};

}  // namespace

TestResult run_rule_test(const TestFile& file, const RuleTest& test,
                         const TestKit& kit) {
  return TestRun(file, test, kit).run();
}

TestResult run_compiled(const TestFile& file, const RuleTest& test,
                        Program program, const TestKit& kit) {
  return TestRun(file, test, kit).run(std::move(program));
}

std::size_t FileResult::failed() const {
  return static_cast<std::size_t>(
      std::count_if(tests.begin(), tests.end(),
                    [](const TestResult& test) { return !test.passed(); }));
}

FileResult run_test_file(const std::string& path, const TestKit& kit) {
  FileResult out{.path = path, .error = "", .tests = {}};
  const auto source = kit.read(path);
  if (!source) {
    out.error = source.error().text;
    return out;
  }
  const auto file = read_test_file(*source);
  if (!file) {
    const auto at = static_cast<std::uint32_t>(file.error().offset);
    out.error =
        fmt::format("{}: error: {}", base::place_text({source->get(), at, at}),
                    file.error().what);
    return out;
  }
  for (const RuleTest& test : file->tests)
    out.tests.push_back(run_rule_test(*file, test, kit));
  return out;
}

}  // namespace balance
