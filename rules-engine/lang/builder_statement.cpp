// Actions and statements.
#include <algorithm>

#include <fmt/format.h>

#include "lang/builder.h"
#include "lang/spelling.h"

namespace balance::lang {

void Builder::hold_off() {
  hold_off_ = take_item().id;
}

void Builder::begin_text(std::string_view keyword, Extent at) {
  token(at);
  text_action_ = {};
  text_action_.keyword = *find_keyword(keyword);
  action_begin_ = at.begin;
}

void Builder::action_text() {
  text_action_.strings.push_back(take_string());
}

void Builder::push_action(Action action) {
  file_.actions.push_back(std::move(action));
  actions_.push_back(static_cast<ActionId>(file_.actions.size() - 1));
}

void Builder::end_text() {
  text_action_.hold_off = std::exchange(hold_off_, std::nullopt);
  push_action({span(action_begin_, last_end_), false, text_action_});
}

void Builder::begin_plugin() {
  plugin_ = {};
  action_begin_ = names_read_.back().second.begin;
  plugin_.word = take_name();
}

void Builder::begin_clause() {
  clause_ = {};
  const Extent at = names_read_.back().second;
  if (plugin_.clauses.size() == kMaxClauses) {
    fail("C22", at, fmt::format("more than {} clauses", kMaxClauses));
  }
  clause_begin_ = at.begin;
  clause_.word = take_name();
}

void Builder::order(std::string_view text, Extent at) {
  token(at);
  clause_.order = text.starts_with("min") ? Order::min : Order::max;
  clause_.order_span = span(at);
}

void Builder::operand_expression() {
  clause_.operand = take_item().id;
}

void Builder::operand_hosts() {
  clause_.operand = HostList{std::exchange(fetch_, {}).hosts};
}

void Builder::end_clause() {
  clause_.span = span(clause_begin_, last_end_);
  plugin_.clauses.push_back(std::move(clause_));
}

void Builder::end_plugin() {
  plugin_.hold_off = std::exchange(hold_off_, std::nullopt);
  push_action({span(action_begin_, last_end_), false, std::move(plugin_)});
}

void Builder::group_action() {
  file_.actions[actions_.back()].parenthesised = true;
}

void Builder::link(std::string_view text) {
  links_.push_back(text == "&" ? Link::both : Link::otherwise);
}

void Builder::end_actions() {
  const std::size_t mark = action_marks_.back();
  action_marks_.pop_back();
  const auto first = actions_.begin() + static_cast<std::ptrdiff_t>(mark);
  ActionChain chain{{first, actions_.end()}, {}};
  if (chain.parts.size() < 2) return;
  const auto count = static_cast<std::ptrdiff_t>(chain.parts.size() - 1);
  chain.links.assign(links_.end() - count, links_.end());
  links_.erase(links_.end() - count, links_.end());
  const Span whole = base::join(file_.action(chain.parts.front()).span,
                                file_.action(chain.parts.back()).span);
  actions_.resize(mark);
  push_action({whole, false, std::move(chain)});
}

ActionId Builder::take_action() {
  const ActionId id = actions_.back();
  actions_.pop_back();
  return id;
}

Rule Builder::take_rule() {
  const Rule rule = rules_.back();
  rules_.pop_back();
  return rule;
}

void Builder::rule() {
  rules_.push_back({take_item().id, take_action()});
}

void Builder::ruleset() {
  ruleset_.rules = std::exchange(rules_, {});
  body_ = std::move(ruleset_);
}

void Builder::expression_or_rule() {
  const ExprId expression = take_item().id;
  if (actions_.empty()) {
    body_ = ExpressionBody{expression};
  } else {
    body_ = Rule{expression, take_action()};
  }
}

void Builder::finish() {
  if (!body_) return;
  Statement statement;
  statement.name = std::move(name_);
  statement.span = span(statement_begin_, last_end_);
  statement.body = std::move(*body_);
  file_.statements.push_back(std::move(statement));
}

}  // namespace balance::lang
