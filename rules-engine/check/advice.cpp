#include "check/advice.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "check/bind.h"
#include "check/constants.h"
#include "check/usage.h"
#include "check/walk.h"

namespace balance::check {
namespace {

using lang::ExprId;

bool is_edge(const lang::Expression& expression) {
  const auto* unary = std::get_if<lang::Unary>(&expression.node);
  return unary != nullptr && (unary->op == lang::UnaryOp::rising ||
                              unary->op == lang::UnaryOp::falling);
}

/// It waits, or acts only at a change.
bool is_patient(const lang::Expression& expression) {
  return is_edge(expression) ||
         std::holds_alternative<lang::Held>(expression.node);
}

/// What an operator remembers from one evaluation to the next.
bool has_state(const lang::Expression& expression) {
  if (is_patient(expression)) return true;
  if (const auto* unary = std::get_if<lang::Unary>(&expression.node)) {
    return unary->op == lang::UnaryOp::rate;
  }
  if (const auto* fetch = std::get_if<lang::Fetch>(&expression.node)) {
    return fetch->has_samples;
  }
  const auto* call = std::get_if<lang::Call>(&expression.node);
  return call != nullptr && call->function.text == "latch";
}

class Advice {
 public:
  Advice(const Checked& checked, base::Diagnostics& diagnostics)
      : checked_(checked),
        diagnostics_(diagnostics),
        patient_(checked, is_patient),
        deltas_(deltas_of_names(checked)) {}

  void run() {
    two_deltas();
    for (const CheckedFile& file : checked_.files) {
      file_ = &file;
      for (std::size_t i = 0; i < file.file->statements.size(); ++i) {
        const lang::Statement& statement = file.file->statements[i];
        durations(statement, file.defines[i], file.deltas_s[i]);
        named_ = statement.name.has_value();
        std::visit([&](const auto& body) { rules(body); }, statement.body);
      }
    }
  }

 private:
  // ---- time ----

  void two_deltas() {
    const Marks stateful(checked_, has_state);
    for (const auto& [name, deltas] : deltas_) {
      if (deltas.size() < 2) continue;
      if (!stateful.at(checked_.file_of(*name), name->expression)) continue;
      diagnostics_.warning(
          "W03", name->span,
          fmt::format("used with a delta of {:g} sec and of {:g} sec: state is "
                      "kept twice",
                      deltas[0], deltas[1]));
    }
  }

  /// Of the `for` in a statement, which is evaluated with this delta; a named
  /// expression with that of its users.
  void durations(const lang::Statement& statement, const Definition* defined,
                 double delta) {
    std::vector<double> deltas = {delta};
    const auto used = deltas_.find(defined);
    if (used != deltas_.end()) deltas = used->second;
    for_each_root(*file_->file, statement, [&](ExprId root) {
      for_each_below(*file_->file, root, [&](ExprId id) {
        const auto* held = std::get_if<lang::Held>(&file_->file->at(id).node);
        if (held != nullptr) duration(held->duration, deltas);
      });
    });
  }

  void duration(ExprId id, const std::vector<double>& deltas) {
    const auto& time = file_->facts_of(id).constant;
    if (!time || !is_time(*time) || !(time->value > 0)) return;
    for (const double delta : deltas) {
      const double steps = time->value / delta;
      if (std::abs(steps - std::round(steps)) < 1e-6 * std::max(1.0, steps)) {
        continue;
      }
      diagnostics_.warning(
          "W04", file_->file->at(id).span,
          fmt::format("{:g} sec at delta {:g} sec takes {:g} sec", time->value,
                      delta, std::ceil(steps) * delta));
      return;
    }
  }

  // ---- rules ----

  struct Condition {
    std::size_t hosts = 0;
    bool patient = false;
  };

  Condition condition_of(const lang::Rule& rule) const {
    return {file_->facts_of(rule.condition).hosts.size(),
            patient_.at(*file_, rule.condition)};
  }

  void rules(const lang::ExpressionBody&) {}
  void rules(const lang::BareAction&) {}
  void rules(const lang::Rule& rule) {
    actions(rule.action, condition_of(rule));
  }
  void rules(const lang::Ruleset& set) {
    Condition rest;
    for (const lang::Rule& rule : set.rules) {
      const Condition one = condition_of(rule);
      actions(rule.action, one);
      rest.hosts = std::max(rest.hosts, one.hosts);
    }
    if (set.unknown) actions(*set.unknown, rest);
    if (set.otherwise) actions(*set.otherwise, rest);
  }

  void actions(lang::ActionId action, const Condition& condition) {
    for_each_action(*file_->file, action, [&](lang::ActionId id) {
      const auto found = file_->clauses.find(id);
      if (found == file_->clauses.end()) return;
      const auto& plugin =
          std::get<lang::PluginAction>(file_->file->action(id).node);
      const std::vector<BoundClause>& clauses = found->second;
      forgets(plugin, clauses);
      crowds(plugin, clauses, condition);
      hurries(plugin, clauses, condition);
    });
  }

  double value(ExprId id) const {
    const auto& constant = file_->facts_of(id).constant;
    return constant ? constant->value : NAN;
  }
  bool holds_off(const lang::PluginAction& action) const {
    return action.hold_off && value(*action.hold_off) != 0;
  }

  void forgets(const lang::PluginAction& action,
               const std::vector<BoundClause>& clauses) {
    if (named_) return;
    if (!holds_off(action) && find_clause(clauses, "limit") == nullptr) return;
    diagnostics_.warning("W05", action.word.span,
                         "a reload forgets the hold-off and the limits of a "
                         "rule without a name; give it one");
  }

  bool limits_each_target(const std::vector<BoundClause>& clauses) const {
    return std::any_of(
        clauses.begin(), clauses.end(), [&](const BoundClause& one) {
          if (one.spec->word != "each" || one.spec->parent != "limit") {
            return false;
          }
          const auto* id = std::get_if<ExprId>(&one.clause->operand);
          const auto* key =
              id == nullptr
                  ? nullptr
                  : std::get_if<lang::Fetch>(&file_->file->at(*id).node);
          return key != nullptr && key->metric.text == "target";
        });
  }

  void crowds(const lang::PluginAction& action,
              const std::vector<BoundClause>& clauses,
              const Condition& condition) {
    const BoundClause* to = find_clause(clauses, "to");
    const BoundClause* pick = find_clause(clauses, "pick");
    if (to == nullptr || pick == nullptr) return;
    if (to->clause->order == lang::Order::none) return;
    const auto* many = std::get_if<ExprId>(&pick->clause->operand);
    const bool several = many != nullptr && value(*many) > 1;
    if (!several && condition.hosts <= 2) return;
    if (find_clause(clauses, "shift") != nullptr) return;
    if (limits_each_target(clauses)) return;
    diagnostics_.warning("W06", action.word.span,
                         "all may go to the same node within one evaluation: "
                         "no `shift`, no `limit … each target`");
  }

  void hurries(const lang::PluginAction& action,
               const std::vector<BoundClause>& clauses,
               const Condition& condition) {
    if (find_clause(clauses, "pick") == nullptr) return;
    if (holds_off(action) || condition.patient) return;
    if (find_clause(clauses, "limit") != nullptr) return;
    if (const BoundClause* rest = find_clause(clauses, "cooldown")) {
      const auto* id = std::get_if<ExprId>(&rest->clause->operand);
      if (id == nullptr || value(*id) != 0) return;
    }
    diagnostics_.warning("W07", action.word.span,
                         "can move one process at every evaluation: no "
                         "hold-off, `cooldown`, `limit`, `for` or `rising`");
  }

  const Checked& checked_;
  base::Diagnostics& diagnostics_;
  Marks patient_;
  std::map<const Definition*, std::vector<double>> deltas_;
  const CheckedFile* file_ = nullptr;
  bool named_ = false;
};

}  // namespace

void give_advice(const Checked& checked, base::Diagnostics& diagnostics) {
  Advice(checked, diagnostics).run();
}

}  // namespace balance::check
