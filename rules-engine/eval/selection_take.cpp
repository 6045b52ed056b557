// What taking a candidate does: the record, the books, the explanation.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "eval/selection.h"

namespace balance {
namespace {

std::string short_number(double x) {
  return fmt::format("{:.4g}", x);
}

Value text_value(std::string text) {
  return {Type::text, no_number(), Tri::unknown, std::move(text)};
}

/// What a clause says that only the plugin knows, and those below it.
void add_extra(const Clause& clause, const Program& program, ClauseCode& code,
               const Binding& binding, Decision& decision) {
  const auto add = [&](Value value) {
    decision.extra.emplace_back(clause.word, std::move(value));
  };
  if (!clause.name.empty()) add(text_value(clause.name));
  for (const HostId host : clause.hosts) add(text_value(program.hosts[host]));
  for (const Operand& operand : clause.operands)
    add(code.run(operand.code, binding));
  for (const Clause& sub : clause.sub)
    add_extra(sub, program, code, binding, decision);
}

}  // namespace

void Selection::take(Entry& entry, const Target& target, Outcome& outcome) {
  Decision decision;
  Move move = move_of(entry.candidate, target);
  decision.rule = run_.rule.name;
  decision.word = run_.action.word;
  decision.candidate = entry.candidate;
  decision.source = move.source;
  decision.target_name = move.target;
  decision.target = target;
  Binding binding = bind(entry.candidate);
  binding.target = &decision.target.at;
  for (const Clause* clause : policy_.extra)
    add_extra(*clause, program_, code_, binding, decision);
  explain_target(entry, target);
  decision.move = tick_.ledger.add(std::move(move));
  tick_.moved.insert(entry.candidate.identity);
  shift(entry, decision);
  entry.taken = true;
  entry.verdict.reason = Reason::taken;
  outcome.decisions.push_back(std::move(decision));
}

/// "-> node2  (key 1; node3 1.2)", before the books change the keys.
void Selection::explain_target(Entry& entry, const Target& target) {
  std::string text = "-> " + name(target);
  if (policy_.place == Policy::Place::range && policy_.key != nullptr) {
    std::string chosen;
    std::string others;
    for (const Target& other : range_of(entry.candidate)) {
      std::string why;
      const auto key = judge_target(entry, other, why);
      if (!key) continue;
      if (name(other) == name(target))
        chosen = short_number(*key);
      else
        others += fmt::format("{}{} {}", others.empty() ? "; " : ", ",
                              name(other), short_number(*key));
    }
    text += fmt::format("  (key {}{})", chosen, others);
  }
  entry.verdict.text = text;
}

std::optional<ShiftAmount> Selection::amount(const Policy::Shift& shift,
                                             const Candidate& candidate,
                                             const Target& target,
                                             const NodeAt& changed) {
  if (shift.metric == nullptr || shift.by == nullptr) return std::nullopt;
  const auto value = code_.value_of(shift.metric->code, changed);
  if (!value) return std::nullopt;
  Binding binding = bind(candidate);
  binding.target = &target.at;
  binding.changed = &changed;
  const double by = code_.run(shift.by->code, binding).number;
  if (!usable(by)) return std::nullopt;
  return ShiftAmount{*value, by};
}

void Selection::shift(Entry& entry, Decision& decision) {
  const Candidate& candidate = entry.candidate;
  const NodeAt source{candidate.runs_on, candidate.row};
  std::string& text = entry.verdict.shift;
  for (const Policy::Shift& each : policy_.shifts) {
    if (const auto gains =
            amount(each, candidate, decision.target, decision.target.at)) {
      decision.shifts.push_back(*gains);
      text += fmt::format("{}shift {} {}", text.empty() ? "" : ", ",
                          gains->value.metric, short_number(gains->amount));
    }
    if (const auto loses = amount(each, candidate, decision.target, source))
      decision.shifts.push_back({loses->value, -loses->amount, true});
  }
  for (const ShiftAmount& each : decision.shifts)
    tick_.books.add(decision.move, each.value, each.amount, run_.rule.delta_s);
}

void Selection::end_report(Outcome& outcome, bool full) {
  for (Entry& entry : entries_) {
    Verdict& verdict = entry.verdict;
    if (verdict.text.empty()) {
      verdict.reason = Reason::not_needed;
      verdict.text =
          full ? fmt::format("pick {:g} is reached", number(policy_.pick, 1))
               : "passed over";
      if (!report_.waits.empty()) verdict.text = report_.waits;
    }
    report_.verdicts.push_back(std::move(verdict));
  }
  outcome.runs.push_back(std::move(report_));
}

}  // namespace balance
