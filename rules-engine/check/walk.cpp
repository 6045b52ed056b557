#include "check/walk.h"

#include <type_traits>

#include "base/overloaded.h"

namespace balance::check {
namespace {

/// Of one action, no chain.
void action_roots(const lang::File& file, lang::ActionId id,
                  const Visit& visit) {
  const auto hold_off = [&](const std::optional<lang::ExprId>& time) {
    if (time) visit(*time);
  };
  const auto& node = file.action(id).node;
  if (const auto* text = std::get_if<lang::TextAction>(&node)) {
    hold_off(text->hold_off);
  } else if (const auto* plugin = std::get_if<lang::PluginAction>(&node)) {
    hold_off(plugin->hold_off);
    for (const lang::Clause& clause : plugin->clauses) {
      const auto* operand = std::get_if<lang::ExprId>(&clause.operand);
      if (operand != nullptr) visit(*operand);
    }
  }
}

}  // namespace

void for_each_operand(const lang::Expression& expression, const Visit& visit) {
  const auto each = [&](const std::vector<lang::ExprId>& ids) {
    for (const lang::ExprId id : ids) visit(id);
  };
  std::visit(base::Overloaded{
                 [&](const lang::Unary& node) { visit(node.operand); },
                 [&](const lang::Aggregate& node) { visit(node.operand); },
                 [&](const lang::MatchInst& node) { visit(node.operand); },
                 [&](const lang::Binary& node) {
                   visit(node.left);
                   visit(node.right);
                 },
                 [&](const lang::Relation& node) {
                   visit(node.left);
                   visit(node.right);
                 },
                 [&](const lang::Held& node) {
                   visit(node.condition);
                   visit(node.duration);
                 },
                 [&](const lang::Logic& node) { each(node.operands); },
                 [&](const lang::Call& node) { each(node.arguments); },
                 [](const auto&) {}},
             expression.node);
}

void for_each_below(const lang::File& file, lang::ExprId id,
                    const Visit& visit) {
  visit(id);
  for_each_operand(file.at(id), [&](lang::ExprId operand) {
    for_each_below(file, operand, visit);
  });
}

void for_each_action(const lang::File& file, lang::ActionId id,
                     const VisitAction& visit) {
  const auto* chain = std::get_if<lang::ActionChain>(&file.action(id).node);
  if (chain == nullptr) {
    visit(id);
    return;
  }
  for (const lang::ActionId part : chain->parts) {
    for_each_action(file, part, visit);
  }
}

void for_each_part(const lang::File& file, const lang::Statement& statement,
                   const Visit& expression, const VisitAction& action) {
  const auto each_action = [&](lang::ActionId id) {
    for_each_action(file, id, action);
  };
  const auto rule = [&](const lang::Rule& one) {
    expression(one.condition);
    each_action(one.action);
  };
  std::visit(base::Overloaded{[&](const lang::ExpressionBody& body) {
                                expression(body.expression);
                              },
                              rule,
                              [&](const lang::Ruleset& body) {
                                for (const lang::Rule& one : body.rules)
                                  rule(one);
                                if (body.unknown) each_action(*body.unknown);
                                if (body.otherwise)
                                  each_action(*body.otherwise);
                              },
                              [&](const lang::BareAction& body) {
                                each_action(body.action);
                              }},
             statement.body);
}

void for_each_root(const lang::File& file, const lang::Statement& statement,
                   const Visit& visit) {
  for_each_part(file, statement, visit,
                [&](lang::ActionId id) { action_roots(file, id, visit); });
}

}  // namespace balance::check
