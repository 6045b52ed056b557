// What goes on when rules are read anew.
#include <map>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "eval/code_ids.h"
#include "eval/decider.h"
#include "eval/evaluator.h"

namespace balance {
/// Only what is about the past: all else is found again.
void Evaluator::adopt(Memory& before, Memory& now) {
  if (auto* rates = std::get_if<Rates>(&now)) {
    Rates& old = std::get<Rates>(before);
    rates->states = std::move(old.states);
    for (std::size_t i = 0; i < rates->fetches.size(); ++i)
      rates->fetches[i].taken = std::move(old.fetches[i].taken);
    return;
  }
  std::visit(
      [&](auto& old) {
        using T = std::decay_t<decltype(old)>;
        if constexpr (std::is_same_v<T, Fetched> ||
                      std::is_same_v<T, ElementStates<EdgeState>> ||
                      std::is_same_v<T, ElementStates<HeldState>> ||
                      std::is_same_v<T, Latches> || std::is_same_v<T, Window>)
          now.template emplace<T>(std::move(old));
      },
      before);
}

void Evaluator::adopt(Evaluator& before) {
  CodeIds ids;
  const std::vector<std::uint32_t> old = ids.of(before.program_);
  // Two statements of one delta that stand apart may have the same expression.
  std::multimap<std::uint32_t, std::size_t> by_id;
  for (std::size_t k = 0; k < old.size(); ++k)
    if (old[k] != CodeIds::kNone) by_id.emplace(old[k], k);
  const std::vector<std::uint32_t> here = ids.of(program_);
  for (std::size_t k = 0; k < here.size(); ++k) {
    const auto found = by_id.find(here[k]);
    if (found == by_id.end()) continue;
    adopt(before.memory_[found->second], memory_[k]);
    by_id.erase(found);
  }
}

void Decider::adopt(Decider& before) {
  evaluator_.adopt(before.evaluator_);
  ledger_ = std::move(before.ledger_);
  books_ = std::move(before.books_);
  seen_ = std::move(before.seen_);
  texts_ = std::move(before.texts_);
  success_ = std::move(before.success_);
  evaluation_ = before.evaluation_;
  runs_ = before.runs_;
  const std::set<std::uint32_t> ids = action_ids(program_);
  ledger_.keep_actions(ids);
  texts_.keep(ids);
  std::erase_if(success_, [&](const auto& each) {
    return !ids.contains(each.first.first);
  });
}

}  // namespace balance
