#include "check/rules.h"

#include <cmath>
#include <set>

#include <fmt/format.h>

#include "check/bind.h"
#include "check/constants.h"
#include "check/logic.h"
#include "check/nearest.h"
#include "check/operands.h"
#include "check/place.h"
#include "check/walk.h"

namespace balance::check {
namespace {

using lang::ActionId;
using lang::ExprId;

class RulesPass {
 public:
  RulesPass(CheckedFile& file, Catalogue catalogue,
            base::Diagnostics& diagnostics)
      : file_(file), catalogue_(catalogue), diagnostics_(diagnostics) {}

  void run() {
    for (const lang::Statement& statement : file_.file->statements) {
      named_ = statement.name.has_value();
      std::visit([&](const auto& body) { check(body); }, statement.body);
    }
  }

 private:
  const Facts& facts(ExprId id) const { return file_.facts_of(id); }
  lang::Span span(ExprId id) const { return file_.file->at(id).span; }
  void error(std::string code, const lang::Span& at, std::string message) {
    diagnostics_.error(std::move(code), at, std::move(message));
  }

  // ---- statements ----

  void check(const lang::ExpressionBody& body) {
    warn_logic(file_, body.expression, diagnostics_);
    // With a name it is a template, which has a value only in clauses.
    if (!named_) no_sides(body.expression);
  }

  void check(const lang::Rule& rule) {
    const bool plugin = acts(rule.action);
    condition(rule.condition, !plugin);
    action(rule.action, facts(rule.condition).single());
  }

  void check(const lang::Ruleset& set) {
    bool plugin = (set.unknown && acts(*set.unknown)) ||
                  (set.otherwise && acts(*set.otherwise));
    for (const lang::Rule& rule : set.rules) {
      plugin = plugin || acts(rule.action);
    }
    bool single = true;
    for (const lang::Rule& rule : set.rules) {
      condition(rule.condition, !plugin);
      action(rule.action, facts(rule.condition).single());
      single = single && facts(rule.condition).single();
    }
    if (set.unknown) action(*set.unknown, single);
    if (set.otherwise) action(*set.otherwise, single);
    if (plugin) same_hosts(set);
  }

  void check(const lang::BareAction& body) {
    if (!acts(body.action)) {
      action(body.action, true);
      return;
    }
    for_each_action(*file_.file, body.action, [&](ActionId id) {
      const auto* plugin =
          std::get_if<lang::PluginAction>(&file_.file->action(id).node);
      if (plugin == nullptr) return;
      error("C20", plugin->word.span,
            fmt::format("an action without condition would act at every "
                        "evaluation; write `true -> {} …` if it is meant",
                        plugin->word.text));
    });
  }

  /// Whether a plugin's action is in it.
  bool acts(ActionId action) const {
    bool found = false;
    for_each_action(*file_.file, action, [&](ActionId id) {
      found = found || std::holds_alternative<lang::PluginAction>(
                           file_.file->action(id).node);
    });
    return found;
  }

  // ---- conditions ----

  void condition(ExprId id, bool must_be_single) {
    warn_logic(file_, id, diagnostics_);
    no_sides(id);
    const Facts& is = facts(id);
    if (!is.type) return;
    const char* has = nullptr;
    if (*is.type != lang::Kind::truth) {
      has = "this is none";
    } else if (!must_be_single) {
      return;
    } else if (is.hosts.size() > 1) {
      has = "it has one per host (some_host? all_host?)";
    } else if (is.instances == Facts::Instances::some || is.width > 1) {
      has = "it has one per instance (some_inst? all_inst?)";
    } else if (is.samples > 1) {
      has = "it has one per sample (some_sample? all_sample?)";
    } else {
      return;
    }
    error("C17", span(id),
          fmt::format("rule condition must have a single boolean value; {}",
                      has));
  }

  void no_sides(ExprId id) {
    if (!facts(id).sided()) return;
    const char* what = facts(id).target ? "target" : "my";
    const lang::Span at =
        part_that(file_, id, [](const Facts& f) { return f.sided(); });
    error("C10", at,
          fmt::format("`{}()` has meaning only in a clause; a condition has no "
                      "candidate yet",
                      what));
  }

  /// A ruleset is decided for each host alone.
  void same_hosts(const lang::Ruleset& set) {
    const Facts* first = nullptr;
    for (const lang::Rule& rule : set.rules) {
      const Facts& is = facts(rule.condition);
      if (is.single()) continue;
      if (first == nullptr) first = &is;
      if (is.hosts == first->hosts) continue;
      const std::set<Host> left(first->hosts.begin(), first->hosts.end());
      const std::set<Host> right(is.hosts.begin(), is.hosts.end());
      if (left == right) continue;
      error("C17", span(rule.condition),
            "the conditions of a ruleset are decided for each host: all must "
            "have the same hosts, or a single value");
      return;
    }
  }

  // ---- actions ----

  void action(ActionId action, bool single) {
    for_each_action(*file_.file, action, [&](ActionId id) {
      const auto& node = file_.file->action(id).node;
      if (const auto* text = std::get_if<lang::TextAction>(&node)) {
        hold_off(text->hold_off, true);
      } else if (const auto* plugin = std::get_if<lang::PluginAction>(&node)) {
        plugin_action(id, *plugin, single);
      }
    });
  }

  /// pmie's own actions take seconds without a unit.
  void hold_off(const std::optional<ExprId>& time, bool pmie) {
    if (!time || !facts(*time).type) return;
    const auto& constant = facts(*time).constant;
    const bool fits =
        constant && (pmie ? is_seconds(*constant) : is_time(*constant));
    if (!fits) {
      error("C04", span(*time), "a hold-off must be a time: 60 sec, 60 min?");
    } else if (!std::isfinite(constant->value) || constant->value < 0) {
      error("C16", span(*time), "a hold-off must be 0 or more");
    } else {
      warn_of_seconds(*constant, span(*time), diagnostics_);
    }
  }

  void plugin_action(ActionId id, const lang::PluginAction& action,
                     bool single) {
    hold_off(action.hold_off, false);
    const std::string& word = action.word.text;
    const ActionSpec* spec = find_action(catalogue_, word);
    if (spec == nullptr) {
      unknown(action.word);
      return;
    }
    if (spec->scope == Scope::cluster) {
      error("N01", action.word.span,
            fmt::format("actions that run once for all nodes, as `{}`, are not "
                        "supported yet",
                        word));
    }
    std::vector<BoundClause>& bound = file_.clauses[id];
    bound = bind_clauses(action, *spec, diagnostics_);
    for (const BoundClause& one : bound) {
      check_operand(file_, one, diagnostics_);
      if (!single) no_from(one);
    }
  }

  void unknown(const lang::Name& word) {
    const std::vector<std::string> loaded = words_of(catalogue_);
    error("C01", word.span,
          fmt::format("no action is called `{}`; {}{}", word.text,
                      loaded.empty() ? "none is loaded"
                                     : fmt::format("loaded are: {}",
                                                   fmt::join(loaded, ", ")),
                      did_you_mean(word.text, loaded)));
  }

  void no_from(const BoundClause& bound) {
    if (bound.spec->word != "from" || bound.spec->parent != "pick") return;
    error("C23", bound.clause->word.span,
          "this condition already says which hosts give; `from` is for "
          "conditions with one value");
  }

  CheckedFile& file_;
  Catalogue catalogue_;
  base::Diagnostics& diagnostics_;
  bool named_ = false;
};

}  // namespace

void check_rules(Checked& checked, Catalogue catalogue,
                 base::Diagnostics& diagnostics) {
  for (CheckedFile& file : checked.files) {
    RulesPass(file, catalogue, diagnostics).run();
  }
}

}  // namespace balance::check
