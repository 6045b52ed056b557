#include "testing/tree_rules.h"

#include <algorithm>

#include "base/overloaded.h"
#include "check/deltas.h"
#include "testing/tree_values.h"

namespace balance::testing {
namespace {

/// Is any element true; else, is any unknown or is there none?
Tri any(const Table& table) {
  bool unknown = table.elements.empty();
  for (const Element& each : table.elements) {
    if (each.value.truth == Tri::yes) return Tri::yes;
    unknown = unknown || each.value.truth == Tri::unknown;
  }
  return unknown ? Tri::unknown : Tri::no;
}

/// Of an action without a condition of its own.
std::string always(std::string text) {
  for (const char* word : {"%h", "%i", "%c"})
    for (std::size_t at; (at = text.find(word)) != std::string::npos;)
      text.replace(at, 2, std::string("<\x01") + word[1] + " undefined>");
  for (std::size_t at; (at = text.find("%v")) != std::string::npos;)
    text.replace(at, 2, "true");
  std::replace(text.begin(), text.end(), '\x01', '%');
  return text;
}

}  // namespace

TreeRule::TreeRule(const check::Checked& checked,
                   const check::CheckedFile& file, std::size_t statement)
    : hosts_(checked.hosts),
      file_(file),
      place_(base::place_text(file.file->statements[statement].span)),
      delta_s_(file.deltas_s[statement]) {
  std::visit(base::Overloaded{
                 [&](const lang::ExpressionBody& body) {
                   expression_.emplace(checked, file, body.expression,
                                       delta_s_);
                 },
                 [&](const lang::Rule& rule) { add(checked, rule); },
                 [&](const lang::Ruleset& set) {
                   for (const lang::Rule& each : set.rules) add(checked, each);
                   is_ruleset_ = true;
                   unknown_ = set.unknown;
                   otherwise_ = set.otherwise;
                 },
                 [&](const lang::BareAction& body) { bare_ = body.action; }},
             file.file->statements[statement].body);
}

void TreeRule::add(const check::Checked& checked, const lang::Rule& rule) {
  branches_.push_back({TreeShown(checked, file_, rule.condition, delta_s_),
                       TreeSubjects(checked, file_, rule.condition, delta_s_),
                       rule.action});
}

bool TreeRule::ambiguous() const {
  return (expression_ && expression_->ambiguous()) ||
         std::any_of(
             branches_.begin(), branches_.end(), [](const Branch& each) {
               return each.condition.ambiguous() || each.subjects.ambiguous();
             });
}

const TreeShown* TreeRule::value() const {
  if (expression_) return &*expression_;
  return branches_.empty() ? nullptr : &branches_.back().condition;
}

void TreeRule::evaluate(const Snapshot& snapshot, const Execute& execute_it) {
  const Now now{snapshot.now_s(), execute_it, nullptr};
  if (expression_) expression_->evaluate(snapshot);
  if (bare_) execute(*bare_, now);
  std::vector<Tri> truths;
  for (Branch& each : branches_) {
    each.condition.evaluate(snapshot);
    each.subjects.evaluate(snapshot);
    truths.push_back(any(each.condition.table()));
  }
  if (!truths.empty()) decide(truths, now);
}

void TreeRule::decide(const std::vector<Tri>& truths, Now now) {
  bool all_unknown = true;
  for (std::size_t i = 0; i < truths.size(); ++i) {
    ruleset_value_ = truths[i];
    if (truths[i] == Tri::yes) {
      now.subjects = &branches_[i].subjects;
      execute(branches_[i].action, now);
      return;
    }
    all_unknown = all_unknown && truths[i] == Tri::unknown;
  }
  if (all_unknown && unknown_) {
    ruleset_value_ = Tri::unknown;
    execute(*unknown_, now);
  } else if (otherwise_) {
    ruleset_value_ = Tri::yes;
    execute(*otherwise_, now);
  }
}

/// Whether it succeeded.
bool TreeRule::execute(lang::ActionId id, const Now& now) {
  const auto& node = file_.file->action(id).node;
  if (const auto* text = std::get_if<lang::TextAction>(&node))
    return execute(id, *text, now);
  const auto* chain = std::get_if<lang::ActionChain>(&node);
  if (chain == nullptr) return false;
  bool success = execute(chain->parts.front(), now);
  for (std::size_t i = 0; i < chain->links.size(); ++i) {
    const lang::ActionId next = chain->parts[i + 1];
    if (chain->links[i] == lang::Link::both) {
      const bool also = execute(next, now);
      success = success && also;
    } else if (!success) {
      success = execute(next, now);
    }
  }
  return success;
}

/// While it is held off it keeps its last success.
bool TreeRule::execute(lang::ActionId id, const lang::TextAction& action,
                       const Now& now) {
  const auto last = executed_.find(id);
  if (action.hold_off && last != executed_.end()) {
    const double rest_s = file_.facts_of(*action.hold_off).constant->value;
    if (now.now_s - last->second.at_s < rest_s) return last->second.success;
  }
  Fired out{action.keyword, {}};
  for (const lang::Name& text : action.strings)
    out.strings.push_back(now.subjects ? now.subjects->expand(text.text, hosts_)
                                       : always(text.text));
  const bool success = now.execute(out);
  executed_[id] = {now.now_s, success};
  return success;
}

std::vector<TreeRule> tree_rules(const check::Checked& checked) {
  std::vector<TreeRule> out;
  for (const check::CheckedFile& file : checked.files) {
    const auto& statements = file.file->statements;
    for (std::size_t i = 0; i < statements.size(); ++i) {
      if (const auto* body =
              std::get_if<lang::ExpressionBody>(&statements[i].body)) {
        const check::Facts& facts = file.facts_of(body->expression);
        if (check::sets_delta(statements[i]) || facts.sided() ||
            facts.type == lang::Kind::text)
          continue;
      }
      out.emplace_back(checked, file, i);
    }
  }
  return out;
}

}  // namespace balance::testing
