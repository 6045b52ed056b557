#include "program/renumber.h"

#include <algorithm>
#include <functional>
#include <map>
#include <string>

#include <fmt/format.h>

namespace balance {
namespace {

/// Calls `visit(path, action)` for each action of a rule, parts after the
/// action that they belong to.
template <class Rule, class Visit>
void for_each_action(Rule& rule, const Visit& visit) {
  const std::function<void(const std::string&, decltype(*rule.otherwise)&)>
      below = [&](const std::string& path, auto& action) {
        const std::string here = fmt::format(
            "{}/{} {}", path, static_cast<int>(action.kind), action.word);
        visit(here, action);
        for (std::size_t i = 0; i < action.parts.size(); ++i)
          below(fmt::format("{}/{}", here, i), action.parts[i]);
      };
  for (std::size_t i = 0; i < rule.branches.size(); ++i)
    below(fmt::format("{}", i), rule.branches[i].action);
  if (rule.unknown) below("unknown", *rule.unknown);
  if (rule.otherwise) below("otherwise", *rule.otherwise);
}

}  // namespace

void keep_numbers(Program& program, const Program& before) {
  std::map<std::string, std::uint32_t> known;
  std::uint32_t next = 0;
  for (const Rule& rule : before.rules)
    for_each_action(rule, [&](const std::string& path, const Action& action) {
      if (rule.named) known[rule.name + ' ' + path] = action.id;
      next = std::max(next, action.id + 1);
    });
  for (Rule& rule : program.rules)
    for_each_action(rule, [&](const std::string& path, Action& action) {
      const auto found =
          rule.named ? known.find(rule.name + ' ' + path) : known.end();
      action.id = found == known.end() ? next++ : found->second;
    });
}

}  // namespace balance
