#include "eval/rule_test.h"

#include <algorithm>
#include <sstream>

#include <fmt/format.h>

#include "eval/series.h"

namespace balance {
namespace {

bool read_line(const std::string& line, RuleTest& out) {
  std::istringstream words(line);
  std::string word;
  if (!(words >> word)) return true;
  if (word == "every") {
    std::string unit;
    return static_cast<bool>(words >> out.every_s >> unit) && unit == "sec";
  }
  if (word != "at") {
    out.series += line + '\n';
    return true;
  }
  RuleTest::Expectation expectation;
  if (!(words >> expectation.at >> expectation.kind)) return false;
  while (words >> word)
    expectation.text += (expectation.text.empty() ? "" : " ") + word;
  out.expectations.push_back(std::move(expectation));
  return true;
}

class Runner {
 public:
  Runner(const RuleTest& test, const Program& program, Needs needs)
      : test_(test),
        program_(program),
        source_(program.hosts, test.every_s),
        decider_(program, options(program, std::move(needs))) {}

  std::vector<std::string> run() {
    if (const auto added = source_.add(test_.series); !added)
      return {added.error().text};
    std::size_t last = 0;
    for (const auto& each : test_.expectations) last = std::max(last, each.at);
    for (std::size_t k = 0; k <= last; ++k) evaluate(k);
    return std::move(problems_);
  }

 private:
  static Decider::Options options(const Program& program, Needs needs) {
    Decider::Options out;
    for (const Rule& rule : program.rules)
      for (const Branch& branch : rule.branches) add(branch.action, needs, out);
    return out;
  }
  static void add(const Action& action, const Needs& needs,
                  Decider::Options& out) {
    if (action.kind == Action::Kind::plugin) out.needs[action.word] = needs;
    for (const Action& part : action.parts) add(part, needs, out);
  }

  void evaluate(std::size_t k) {
    const double now_s = static_cast<double>(k) * test_.every_s;
    for (const std::uint64_t move : asked_)
      decider_.end(move, MoveState::done, now_s);
    asked_.clear();
    moves_.clear();
    skips_.clear();
    const Snapshot snapshot = source_.take(now_s);
    decider_.begin(snapshot);
    for (const Task& task : program_.tasks) decider_.columns(task, snapshot);
    for (const Rule& rule : program_.rules)
      note(decider_.evaluate(rule, snapshot));
    check(k);
  }

  void note(const Outcome& outcome) {
    for (const Decision& each : outcome.decisions) {
      asked_.push_back(each.move);
      moves_.push_back(fmt::format("{} {} {} -> {}", each.rule,
                                   first_word(each.candidate.name), each.source,
                                   each.target_name));
    }
    for (const RunReport& run : outcome.runs)
      for (const Verdict& each : run.verdicts)
        skips_.push_back(fmt::format("{} {} {} {}", run.rule, each.name,
                                     program_.hosts[each.host],
                                     to_string(each.reason)));
  }

  void check(std::size_t k) {
    std::vector<std::string> wanted;
    bool about_moves = false;
    for (const auto& each : test_.expectations) {
      if (each.at != k) continue;
      about_moves = about_moves || each.kind == "move" || each.kind == "none";
      if (each.kind == "move") wanted.push_back(each.text);
      if (each.kind == "skip" &&
          std::find(skips_.begin(), skips_.end(), each.text) == skips_.end())
        problem(k, "skip " + each.text,
                fmt::format("{}", fmt::join(skips_, ", ")));
      if (each.kind == "value") check_value(k, each.text);
    }
    if (about_moves && wanted != moves_)
      problem(k, fmt::format("{}", fmt::join(wanted, ", ")),
              fmt::format("{}", fmt::join(moves_, ", ")));
  }

  void check_value(std::size_t k, const std::string& text) {
    const std::string name = text.substr(0, text.find(' '));
    for (const Rule& rule : program_.rules) {
      if (rule.name != name) continue;
      std::string got = name + " :";
      const Column& column = decider_.evaluator().column(rule.result);
      for (std::size_t i = 0; i < column.size(); ++i) {
        const Key& key = column.index->keys[i];
        const Value value = element(column, i);
        if (key.has_instance() && !value.known()) continue;
        got += ' ';
        if (key.host != kNoHost) got += program_.hosts[key.host];
        if (key.has_instance())
          got += fmt::format("#{}", first_word(column.index->names[i]));
        if (key.host != kNoHost) got += '=';
        got += value_text(value);
      }
      if (got != text) problem(k, text, got);
      return;
    }
    problem(k, text, "no such name");
  }

  void problem(std::size_t k, const std::string& wanted,
               const std::string& got) {
    problems_.push_back(
        fmt::format("at {}: expected {}; got {}", k, wanted, got));
  }

  const RuleTest& test_;
  const Program& program_;
  Series source_;
  Decider decider_;
  std::vector<std::uint64_t> asked_;
  std::vector<std::string> moves_, skips_, problems_;
};

}  // namespace

base::Result<RuleTest> read_rule_test(std::string_view text) {
  RuleTest out;
  const std::size_t begin = text.find("rules {");
  const std::size_t end =
      begin == std::string_view::npos ? begin : text.find("\n}", begin);
  std::string rest(text);
  if (end != std::string_view::npos) {
    out.rules = text.substr(begin + 7, end - begin - 7);
    rest.erase(begin, end + 2 - begin);
  }
  std::istringstream lines(rest);
  for (std::string line; std::getline(lines, line);)
    if (!read_line(line, out))
      return base::fail(0, "not a line of a rule test: " + line);
  return out;
}

std::vector<std::string> run_rule_test(const RuleTest& test,
                                       const Program& program, Needs needs) {
  return Runner(test, program, std::move(needs)).run();
}

std::string_view to_string(Reason reason) {
  switch (reason) {
    case Reason::taken:
      return "taken";
    case Reason::where:
      return "where";
    case Reason::unknown:
      return "unknown";
    case Reason::no_key:
      return "no-key";
    case Reason::in_flight:
      return "in-flight";
    case Reason::cooldown:
      return "cooldown";
    case Reason::limit:
      return "limit";
    case Reason::no_target:
      return "no-target";
    case Reason::at_home:
      return "at-home";
    case Reason::no_place:
      return "no-place";
    case Reason::not_needed:
      return "not-needed";
  }
  return "";
}

}  // namespace balance
