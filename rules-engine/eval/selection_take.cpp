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
  binding.target = target.host;
  for (const Clause* clause : policy_.extra)
    for (const Operand& operand : clause->operands)
      decision.extra.emplace_back(clause->word,
                                  code_.run(operand.code, binding));
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
    for (const HostId host : policy_.among) {
      std::string why;
      const auto keyed = judge_target(entry, host, why);
      if (!keyed) continue;
      if (host == target.host)
        chosen = short_number(keyed->key);
      else
        others += fmt::format("{}{} {}", others.empty() ? "; " : ", ",
                              name(host), short_number(keyed->key));
    }
    text += fmt::format("  (key {}{})", chosen, others);
  }
  entry.verdict.text = text;
}

void Selection::shift(Entry& entry, Decision& decision) {
  const Candidate& candidate = entry.candidate;
  for (const Policy::Shift& each : policy_.shifts) {
    if (each.metric == nullptr || each.by == nullptr) continue;
    const std::string metric = code_.metric_of(each.metric->code);
    const auto change = [&](const std::optional<HostId>& host, double sign) {
      if (!host || metric.empty()) return;
      Binding binding = bind(candidate);
      binding.target = decision.target.host;
      binding.changed = host;
      const double amount = code_.run(each.by->code, binding).number;
      if (std::isnan(amount)) return;
      decision.shifts.push_back({metric, *host, sign * amount});
    };
    change(decision.target.host, 1);
    change(candidate.runs_on, -1);
  }
  for (const ShiftAmount& each : decision.shifts) {
    tick_.books.add(decision.move, each.metric, each.host, each.amount,
                    run_.rule.delta_s);
    if (decision.target.host != each.host) continue;
    entry.verdict.shift +=
        fmt::format("{}shift {} {}", entry.verdict.shift.empty() ? "" : ", ",
                    each.metric, short_number(each.amount));
  }
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
