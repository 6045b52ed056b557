#include "rule_test/stage.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "action/text_action.h"
#include "program/dump.h"

namespace balance {
namespace {

/// Times are sums of decimal fractions.
constexpr double kSlack = 1e-6;

double step_of(const RuleTest& test, const Program& program) {
  if (test.every_s || program.tasks.empty()) return test.every_s.value_or(10);
  return shortest_delta_s(program);
}

/// What has no series is not needed: a process runs where it is listed.
Needs given(const Needs& needs, const SeriesTable& table) {
  const auto metric = [&](const std::string& name) {
    return table.metrics().contains(name) ? name : "";
  };
  Needs out = needs;
  for (std::string* name : {&out.job, &out.home, &out.where, &out.user,
                            &out.node, &out.row, &out.moves})
    *name = metric(*name);
  return out;
}

}  // namespace

Stage::Stage(const RuleTest& test, const Program& program, const TestKit& kit)
    : test_(test),
      program_(program),
      step_s_(step_of(test, program)),
      source_(program.hosts, step_s_, test.series, test.start_s),
      decider_(program, options(kit)),
      used_(test.outcomes.size()) {}

Decider::Options Stage::options(const TestKit& kit) {
  Decider::Options out;
  for (const auto& [word, needs] : kit.needs)
    out.needs[word] = given(needs, test_.series);
  out.execute = [this](const Firing& firing) {
    now_.texts.push_back(
        {std::string(to_string(firing.action->kind)), action_text(firing)});
    return true;
  };
  return out;
}

std::string Stage::trouble() const {
  for (const Task& task : program_.tasks) {
    const double times = task.delta_s / step_s_;
    if (std::abs(times - std::round(times)) < kSlack && times > 0.5) continue;
    return fmt::format("the delta of {}, {:g} sec, is no multiple of {:g} sec",
                       program_.rules[task.first].name, task.delta_s, step_s_);
  }
  return "";
}

/// Evaluations that begin in this time, at least one.
std::size_t Stage::steps(double time_s) const {
  return static_cast<std::size_t>(
      std::max(1.0, std::ceil(time_s / step_s_ - kSlack)));
}

std::optional<std::size_t> Stage::number_of(const Moment& moment) const {
  const double k = moment.seconds ? moment.value / step_s_ : moment.value;
  if (std::abs(k - std::round(k)) > kSlack || k >= kMostEvaluations)
    return std::nullopt;
  return static_cast<std::size_t>(std::llround(k));
}

Happened Stage::evaluate(std::size_t k) {
  now_ = {};
  now_.now_s = test_.start_s + static_cast<double>(k) * step_s_;
  for (const Pending& each : pending_)
    if (each.at <= k) decider_.end(each.move, each.state, now_.now_s);
  std::erase_if(pending_, [k](const Pending& each) { return each.at <= k; });
  const Snapshot snapshot = source_.take(now_.now_s);
  decider_.begin(snapshot);
  for (const Task& task : program_.tasks) {
    if (k % steps(task.delta_s) != 0) continue;
    decider_.columns(task, snapshot);
    for (std::size_t i = task.first; i < task.first + task.count; ++i) {
      const Rule& rule = program_.rules[i];
      if (!rule.branches.empty())
        note(rule, decider_.evaluate(rule, snapshot), k);
    }
  }
  return std::move(now_);
}

void Stage::note(const Rule& rule, const Outcome& outcome, std::size_t k) {
  for (const Decision& each : outcome.decisions) {
    now_.moves.push_back({each.rule,
                          std::string(first_word(each.candidate.name)),
                          each.source, each.target_name});
    ask(rule, each, k);
  }
  now_.runs.insert(now_.runs.end(), outcome.runs.begin(), outcome.runs.end());
}

void Stage::ask(const Rule& rule, const Decision& decision, std::size_t k) {
  Pending out{decision.move, MoveState::done, k + steps(rule.delta_s)};
  for (std::size_t i = 0; i < test_.outcomes.size(); ++i) {
    const OutcomeGiven& given = test_.outcomes[i];
    if (given.rule != decision.rule || !applies(given, k) ||
        given.process != first_word(decision.candidate.name))
      continue;
    used_[i] = true;
    out.state = given.state;
    if (given.after)
      out.at = k + (given.after->seconds
                        ? steps(given.after->value)
                        : static_cast<std::size_t>(given.after->value));
  }
  pending_.push_back(out);
}

bool Stage::applies(const OutcomeGiven& given, std::size_t k) const {
  return !given.when || (number_of(given.when->first).value_or(k + 1) <= k &&
                         k <= number_of(given.when->last).value_or(k));
}

std::vector<std::size_t> Stage::unused_outcomes() const {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < used_.size(); ++i)
    if (!used_[i]) out.push_back(test_.outcomes[i].offset);
  return out;
}

const Column& Stage::value(const Rule& rule) const {
  if (rule.is_ruleset && !has_plugin(rule)) return decider_.ruleset_value(rule);
  return decider_.evaluator().column(rule.result);
}

}  // namespace balance
