// The actions of a program, one by one.
#pragma once

#include <set>
#include <string>

#include "program/program.h"

namespace balance {

/// Calls `visit` for an action and then for all its parts.
template <class Visit>
void for_each_action(const Action& action, const Visit& visit) {
  visit(action);
  for (const Action& part : action.parts) for_each_action(part, visit);
}

/// Those of all branches, then `unknown`, `otherwise`.
template <class Visit>
void for_each_action(const Rule& rule, const Visit& visit) {
  for (const Branch& branch : rule.branches)
    for_each_action(branch.action, visit);
  if (rule.unknown) for_each_action(*rule.unknown, visit);
  if (rule.otherwise) for_each_action(*rule.otherwise, visit);
}

template <class Visit>
void for_each_action(const Program& program, const Visit& visit) {
  for (const Rule& rule : program.rules) for_each_action(rule, visit);
}

/// Is any action of an action, a rule or a program of this kind?
template <class Of>
bool has_action(const Of& of, Action::Kind kind) {
  bool found = false;
  for_each_action(
      of, [&](const Action& action) { found = found || action.kind == kind; });
  return found;
}

/// Does an action, or a part of it, belong to a plugin?
template <class Of>
bool has_plugin(const Of& of) {
  return has_action(of, Action::Kind::plugin);
}

/// The words of all plugin actions of a rule or a program.
template <class Of>
std::set<std::string> plugin_words(const Of& of) {
  std::set<std::string> out;
  for_each_action(of, [&](const Action& action) {
    if (action.kind == Action::Kind::plugin) out.insert(action.word);
  });
  return out;
}

/// The numbers of all actions.
inline std::set<std::uint32_t> action_ids(const Program& program) {
  std::set<std::uint32_t> out;
  for_each_action(program,
                  [&](const Action& action) { out.insert(action.id); });
  return out;
}

}  // namespace balance
