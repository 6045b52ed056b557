#include "check/clause_metrics.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "check/bind.h"
#include "check/walk.h"

namespace balance::check {
namespace {

using lang::ExprId;

/// A fetch in an operand, names opened, and how it is read there.
struct Use {
  const CheckedFile* file;
  ExprId id;
  bool target = false;     ///< below `target(`
  bool instant = false;    ///< below `instant`
  bool collapsed = false;  ///< below an aggregate over instances or hosts

  const lang::Fetch& fetch() const {
    return std::get<lang::Fetch>(file->file->at(id).node);
  }
  const std::optional<MetricFacts>& metric() const { return file->metrics[id]; }
  lang::Span span() const { return file->file->at(id).span; }
  std::string text() const { return one_line(span()); }
  /// Several values for each host, as far as is known.
  bool of_instances() const {
    return metric() && metric()->instances && !collapsed &&
           fetch().instances.size() != 1;
  }
};

/// All fetches of an operand.
class Uses {
 public:
  Uses(const Checked& checked, const CheckedFile& file, ExprId id)
      : checked_(checked) {
    add({&file, id});
  }
  std::vector<Use> take() { return std::move(all_); }

 private:
  void add(Use at) {
    const auto known =
        std::make_tuple(at.file, at.id, at.target, at.instant, at.collapsed);
    if (!seen_.insert(known).second) return;
    const lang::Expression& expression = at.file->file->at(at.id);
    if (std::holds_alternative<lang::Fetch>(expression.node)) {
      all_.push_back(at);
      return;
    }
    if (const auto* call = std::get_if<lang::Call>(&expression.node))
      at.target = at.target || call->function.text == "target";
    if (const auto* unary = std::get_if<lang::Unary>(&expression.node))
      at.instant = at.instant || unary->op == lang::UnaryOp::instant;
    if (const auto* aggregate = std::get_if<lang::Aggregate>(&expression.node))
      at.collapsed = at.collapsed || aggregate->over != lang::Domain::sample;
    if (const Definition* name = at.file->names[at.id]) {
      Use below = at;
      below.file = &checked_.file_of(*name);
      below.id = name->expression;
      add(below);
    }
    for_each_operand(expression, [&](ExprId operand) {
      Use below = at;
      below.id = operand;
      add(below);
    });
  }

  const Checked& checked_;
  std::vector<Use> all_;
  std::set<std::tuple<const CheckedFile*, ExprId, bool, bool, bool>> seen_;
};

std::vector<Use> uses_of(const Checked& checked, const CheckedFile& file,
                         ExprId id) {
  return Uses(checked, file, id).take();
}

bool is_age(std::string_view metric) {
  return metric.substr(metric.rfind('.') + 1) == "age";
}

class ClauseMetrics {
 public:
  ClauseMetrics(const Checked& checked, base::Diagnostics& diagnostics)
      : checked_(checked), diagnostics_(diagnostics) {}

  void run() {
    for (const CheckedFile& file : checked_.files) {
      file_ = &file;
      for (const lang::Statement& statement : file.file->statements)
        std::visit([&](const auto& body) { statement_body(body); },
                   statement.body);
    }
  }

 private:
  using Clauses = std::vector<BoundClause>;

  void statement_body(const lang::ExpressionBody&) {}
  void statement_body(const lang::BareAction&) {}
  void statement_body(const lang::Rule& rule) {
    needs_range_ = is_hostless(rule);
    actions(rule.action, &file_->facts_of(rule.condition));
  }
  void statement_body(const lang::Ruleset& set) {
    const bool hostless =
        std::all_of(set.rules.begin(), set.rules.end(),
                    [&](const lang::Rule& rule) { return is_hostless(rule); });
    needs_range_ = hostless;
    for (const lang::Rule& rule : set.rules)
      actions(rule.action, &file_->facts_of(rule.condition));
    if (set.unknown) actions(*set.unknown, nullptr);
    if (set.otherwise) actions(*set.otherwise, nullptr);
  }

  /// Its one value is of no hosts that it names.
  bool is_hostless(const lang::Rule& rule) const {
    if (!file_->facts_of(rule.condition).single()) return false;
    const std::vector<Use> uses = uses_of(checked_, *file_, rule.condition);
    return std::all_of(uses.begin(), uses.end(), [](const Use& use) {
      return use.fetch().hosts.empty();
    });
  }

  void actions(lang::ActionId action, const Facts* condition) {
    for_each_action(*file_->file, action, [&](lang::ActionId id) {
      const auto found = file_->clauses.find(id);
      if (found != file_->clauses.end()) clauses(found->second, condition);
    });
  }

  void clauses(const Clauses& all, const Facts* condition) {
    processes_ = 0;
    const std::optional<ExprId> table = node_table(*file_->file, all);
    table_ = table.has_value();
    if (table) check_table(*table, all);
    if (needs_range_ && !table) has_range(all);
    best_ = goes_to_best(all);
    bare_keys(all);
    for (const BoundClause& one : all) {
      const auto* id = std::get_if<ExprId>(&one.clause->operand);
      if (id == nullptr || !file_->facts_of(*id).type) continue;
      if (one.spec->word == "by" && one.spec->parent == "pick")
        rank(*id, condition);
    }
    for (const BoundClause& one : all) {
      const auto* id = std::get_if<ExprId>(&one.clause->operand);
      if (id == nullptr || is_word(one)) continue;
      for (const Use& use : uses_of(checked_, *file_, *id)) {
        ages(use);
        if (use.target && best_)
          no_target(use);
        else
          nodes(one, use);
      }
    }
  }

  static bool is_word(const BoundClause& bound) {
    if (bound.spec->operand == OperandKind::word) return true;
    return bound.spec->operand == OperandKind::place &&
           bound.clause->order == lang::Order::none;
  }

  void error(std::string code, const lang::Span& at, std::string message) {
    if (told_.insert({at.file, at.begin}).second)
      diagnostics_.error(std::move(code), at, std::move(message));
  }

  // ---- targets ----

  bool goes_to_best(const Clauses& all) const {
    return std::any_of(all.begin(), all.end(), [&](const BoundClause& one) {
      if (one.spec->operand != OperandKind::place || !is_word(one))
        return false;
      const auto* id = std::get_if<ExprId>(&one.clause->operand);
      const auto* fetch =
          id == nullptr ? nullptr
                        : std::get_if<lang::Fetch>(&file_->file->at(*id).node);
      return fetch != nullptr && fetch->metric.text == "best";
    });
  }

  /// `to min M` is short for a range, too: it cannot have another.
  void bare_keys(const Clauses& all) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (!is_short_place(*file_->file, all[i])) continue;
      const Use use{file_, std::get<ExprId>(all[i].clause->operand)};
      if (!use.fetch().hosts.empty()) continue;
      if (find_clause(all, "among", i) == nullptr) continue;
      error("C09", use.span(),
            fmt::format("whose `{}`? Write my(…) or target(…)", use.text()));
    }
  }

  void no_target(const Use& use) {
    error("C11", use.span(),
          fmt::format("no target is known for `{}`: with `to best` the plugin "
                      "chooses it",
                      use.text()));
  }

  /// `to min X` takes the hosts of the condition if none are written.
  void has_range(const Clauses& all) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      const BoundClause& to = all[i];
      const bool ranks = to.spec->operand == OperandKind::place &&
                         to.clause->order != lang::Order::none;
      if (!ranks || is_short_place(*file_->file, to)) continue;
      if (find_clause(all, "among", i) != nullptr) continue;
      error("C03", to.clause->word.span,
            fmt::format("`{}` needs `among` here: which nodes? The condition "
                        "names none",
                        to.clause->word.text));
    }
  }

  void check_table(ExprId id, const Clauses& all) {
    const Use use{file_, id};
    const auto& metric = use.metric();
    if (!metric) return;
    if (metric->instances) return;
    const bool among = std::any_of(
        all.begin(), all.end(),
        [](const BoundClause& one) { return one.spec->word == "among"; });
    if (among) {
      error("C26", use.span(),
            fmt::format("`among` wants hosts, or a metric whose instances are "
                        "nodes; `{}` has one value per node",
                        use.text()));
    } else {
      error("C09", use.span(),
            fmt::format("whose `{0}`? It has one value per node: write `{0}` "
                        "and its hosts, or target({0}) among …",
                        use.text()));
    }
  }

  /// What is of the target, or of the node that changes, has one value there;
  /// of a node table its own.
  void nodes(const BoundClause& bound, const Use& use) {
    const bool shift = bound.spec->word == "shift";
    const bool place =
        is_short_place(*file_->file, bound) && !use.fetch().hosts.empty();
    if (!(use.target || shift || place) || !use.of_instances()) return;
    const std::uint32_t domain = use.metric()->domain;
    const bool process = domain != 0 && domain == processes_;
    // Of another table, of another agent too, it is the row of the same name.
    if ((table_ || shift) && !process) return;
    error("M03", use.span(),
          fmt::format("`{}` needs one value per node; `{}` has one per {}",
                      shift ? "shift" : "target()", use.fetch().metric.text,
                      process ? "process" : "instance"));
  }

  // ---- candidates ----

  void rank(ExprId id, const Facts* condition) {
    std::vector<Use> own;
    for (const Use& use : uses_of(checked_, *file_, id))
      if (!use.target && !use.collapsed) own.push_back(use);
    if (own.empty()) return;
    const auto of_processes =
        std::find_if(own.begin(), own.end(), [](const Use& use) {
          return !use.metric() || use.metric()->instances;
        });
    if (of_processes == own.end()) {
      error("C12", file_->file->at(id).span,
            fmt::format("`by` must rank processes; `{}` has one value per node",
                        one_line(file_->file->at(id).span)));
      return;
    }
    if (of_processes->metric()) processes_ = of_processes->metric()->domain;
    if (condition != nullptr) meets(*of_processes, *condition);
  }

  void meets(const Use& use, const Facts& condition) {
    if (condition.single() || use.fetch().hosts.empty()) return;
    const bool common = std::any_of(
        use.fetch().hosts.begin(), use.fetch().hosts.end(),
        [&](const lang::Name& host) {
          return std::any_of(
              condition.hosts.begin(), condition.hosts.end(),
              [&](Host one) { return checked_.hosts[one] == host.text; });
        });
    if (common) return;
    error("M05", use.span(),
          fmt::format("no candidate can ever be found: the condition is of "
                      "other hosts than `{}`",
                      use.text()));
  }

  void ages(const Use& use) {
    if (!use.metric() || !use.metric()->counter || use.instant) return;
    if (!is_age(use.fetch().metric.text)) return;
    const lang::Span& at = use.span();
    if (!told_.insert({at.file, at.begin}).second) return;
    diagnostics_.warning(
        "M04", at,
        fmt::format("a counter shows its rate here (CPU share, not CPU age); "
                    "write `instant {}`",
                    use.text()));
  }

  const Checked& checked_;
  base::Diagnostics& diagnostics_;
  const CheckedFile* file_ = nullptr;
  bool best_ = false;            ///< the plugin chooses the target
  bool needs_range_ = false;     ///< the condition says nothing of targets
  bool table_ = false;           ///< the targets are rows of a node table
  std::uint32_t processes_ = 0;  ///< domain of the candidates
  /// Places that were spoken of: names may be used in several clauses.
  std::set<std::pair<const void*, std::size_t>> told_;
};

}  // namespace

void check_clause_metrics(const Checked& checked,
                          base::Diagnostics& diagnostics) {
  ClauseMetrics(checked, diagnostics).run();
}

}  // namespace balance::check
