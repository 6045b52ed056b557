#include "record/decision_facts.h"

#include <algorithm>

namespace balance {

int truth_code(Tri truth) {
  return truth == Tri::unknown ? -1 : truth == Tri::yes ? 1 : 0;
}

bool acts(const Rule& rule) {
  return !rule.branches.empty() || rule.unknown || rule.otherwise;
}

/// Names of instances differ up to the first blank.
std::string instance_name(std::string rule) {
  std::replace_if(
      rule.begin(), rule.end(),
      [](char c) { return c == ' ' || static_cast<unsigned char>(c) < ' '; },
      '_');
  return rule;
}

std::string_view outcome_name(MoveState state) {
  switch (state) {
    case MoveState::asked:
      return "asked";
    case MoveState::done:
      return "done";
    case MoveState::refused:
      return "refused";
    case MoveState::failed:
      return "failed";
  }
  return "";
}

namespace {

std::optional<double> number_of(const Decision& decision,
                                std::string_view word) {
  for (const auto& [name, value] : decision.extra)
    if (name == word && has_number(value.number)) return value.number;
  return {};
}

}  // namespace

std::optional<double> gain_of(const Decision& decision) {
  if (const auto gain = number_of(decision, "gain")) return gain;
  for (const ShiftAmount& each : decision.shifts)
    if (each.of_source) return -each.amount;
  return {};
}

std::string_view destination_of(const Decision& decision) {
  if (!decision.target_name.empty()) return decision.target_name;
  return decision.target.kind == Target::Kind::home ? "home" : "best";
}

std::optional<double> cost_of(const Decision& decision) {
  return number_of(decision, "cost");
}

const std::string& job_of(const Decision& decision) {
  const Candidate& candidate = decision.candidate;
  return candidate.job.empty() ? candidate.identity : candidate.job;
}

}  // namespace balance
