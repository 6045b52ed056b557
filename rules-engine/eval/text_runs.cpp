#include "eval/text_runs.h"

#include <algorithm>

#include "eval/ledger.h"
#include "program/actions.h"

namespace balance {

bool takes_long(const Action& action) {
  return has_action(action, Action::Kind::shell) ||
         has_action(action, Action::Kind::stomp);
}

bool TextRuns::run(const Action& action, const About& about, double now_s,
                   const Execute& execute) {
  switch (action.kind) {
    case Action::Kind::both: {
      bool success = true;
      for (const Action& part : action.parts)
        success = run(part, about, now_s, execute) && success;
      return success;
    }
    case Action::Kind::either:
      return std::any_of(
          action.parts.begin(), action.parts.end(),
          [&](const Action& part) { return run(part, about, now_s, execute); });
    default:
      return run_one(action, about, now_s, execute);
  }
}

bool TextRuns::run_one(const Action& action, const About& about, double now_s,
                       const Execute& execute) {
  const auto known = last_.find(action.id);
  if (known != last_.end() &&
      is_younger(known->second.at_s, action.hold_off_s, now_s))
    return known->second.success;
  Firing firing = about();
  firing.action = &action;
  const bool success = !execute || execute(firing);
  last_[action.id] = {now_s, success};
  return success;
}

void TextRuns::keep(const std::set<std::uint32_t>& ids) {
  std::erase_if(last_,
                [&](const auto& each) { return !ids.contains(each.first); });
}

}  // namespace balance
