#include "testing/differential.h"

#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "compile/compile.h"
#include "eval/decider.h"
#include "testing/read_rules.h"
#include "testing/tree_rules.h"

namespace balance::testing {
namespace {

bool near(double a, double b) {
  if (!has_number(a) || !has_number(b)) return has_number(a) == has_number(b);
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  if (a == b) return true;
  return std::fabs(a - b) <= 1e-12 * std::fmax(std::fabs(a), std::fabs(b));
}

bool same(const Value& a, const Value& b) {
  if (a.type != b.type) return false;
  if (a.type == Type::number) return near(a.number, b.number);
  return a.type == Type::truth ? a.truth == b.truth : a.text == b.text;
}

std::string text_of(const Value& value) {
  if (!value.known()) return "no value";
  if (value.type == Type::number) return fmt::format("{:.17g}", value.number);
  if (value.type == Type::text) return '"' + *value.text + '"';
  return value.truth == Tri::yes ? "true" : "false";
}

std::string text_of(const Key& key, std::string_view name) {
  if (key.host == kNoHost) return "single";
  return fmt::format("host {} domain {} instance {} '{}'", key.host, key.domain,
                     key.instance, name);
}

std::string text_of(const Column& column) {
  std::string out;
  for (std::size_t i = 0; i < column.size(); ++i)
    out += fmt::format("    {}: {}\n",
                       text_of(column.index->keys[i], column.index->names[i]),
                       text_of(element(column, i)));
  return out;
}

std::string text_of(const Table& table) {
  std::string out;
  for (const Element& each : table.elements)
    out += fmt::format("    {}: {}\n", text_of(each.key, each.name),
                       text_of(each.value));
  return out;
}

bool same(const Column& column, const Table& table) {
  if (column.type != table.type || column.size() != table.elements.size() ||
      column.index->hosts != table.hosts)
    return false;
  for (std::size_t i = 0; i < column.size(); ++i) {
    const Element& each = table.elements[i];
    if (column.index->keys[i] != each.key ||
        column.index->names[i] != each.name ||
        !same(element(column, i), each.value))
      return false;
  }
  return true;
}

Action::Kind kind_of(lang::Keyword keyword) {
  return keyword == lang::Keyword::print ? Action::Kind::print
                                         : Action::Kind::syslog;
}

/// One run of both over the same snapshots.
class Race {
 public:
  Race(check::Checked& checked, const SeriesPlan& plan)
      : program_(compile(checked)),
        walkers_(tree_rules(checked)),
        decider_(program_, options()),
        snapshots_(generate_series(plan, program_.hosts)) {}

  Comparison run() {
    for (tick_ = 0; tick_ < snapshots_.size(); ++tick_) {
      decider_.begin(snapshots_[tick_]);
      for (const Task& task : program_.tasks)
        if (is_due(task.delta_s) && out_.difference.empty()) run(task);
    }
    return std::move(out_);
  }

 private:
  Decider::Options options() {
    Decider::Options out;
    out.execute = [this](const Firing& firing) {
      return execute(firing.action->kind, firing.arguments(), compiled_);
    };
    return out;
  }

  bool is_due(double delta_s) const {
    const double now_s = snapshots_[tick_].now_s() - snapshots_[0].now_s();
    return std::fmod(now_s, delta_s) == 0;
  }

  void run(const Task& task) {
    const Snapshot& now = snapshots_[tick_];
    decider_.columns(task, now);
    for (std::size_t i = task.first; i < task.first + task.count; ++i) {
      const Rule& rule = program_.rules[i];
      TreeRule* walker = find(rule);
      if (walker == nullptr)
        return differ(rule, "no such statement", rule.origin.text, "");
      compiled_.clear();
      walked_.clear();
      walker->evaluate(now, [this](const Fired& fired) {
        return execute(kind_of(fired.keyword), fired.strings, walked_);
      });
      decider_.evaluate(rule, now);
      ++out_.rules;
      if (walker->ambiguous())
        ++out_.skipped;
      else
        compare(rule, *walker);
      if (!out_.difference.empty()) return;
    }
  }

  TreeRule* find(const Rule& rule) {
    for (TreeRule& each : walkers_)
      if (each.place() == rule.origin.place) return &each;
    return nullptr;
  }

  /// Some actions fail at some ticks: whether a `|` goes on depends on it.
  bool execute(Action::Kind kind, const std::vector<std::string>& strings,
               std::string& log) const {
    const std::string text = fmt::format("{}", fmt::join(strings, "|"));
    log += fmt::format("    {} {}\n", static_cast<int>(kind), text);
    return (text.size() + tick_) % 3 != 0;
  }

  void compare(const Rule& rule, const TreeRule& walker) {
    if (compiled_ != walked_)
      return differ(rule, "actions", compiled_, walked_);
    if (walker.value() == nullptr) return;
    const Column& column = decider_.evaluator().column(rule.result);
    const Table& table = walker.value()->table();
    for (const Element& each : table.elements) {
      ++out_.values;
      if (each.value.known()) ++out_.known;
    }
    if (!same(column, table))
      differ(rule, "values", text_of(column), text_of(table));
    else if (walker.is_ruleset())
      compare_ruleset(rule, walker.ruleset_value());
    else
      compare_shown(rule, *walker.value());
  }

  void compare_ruleset(const Rule& rule, Tri walked) {
    const Value value = element(decider_.ruleset_value(rule), 0);
    if (value.truth != walked)
      differ(rule, "value of the ruleset", text_of(value),
             text_of(Value::of(walked)));
  }

  void compare_shown(const Rule& rule, const TreeShown& walker) {
    const Column& column = decider_.evaluator().column(rule.shown);
    std::size_t at = 0;
    for (const std::vector<Value>& samples : walker.samples())
      for (const Value& each : samples) {
        if (samples.size() != column.samples ||
            !same(element(column, at), each))
          return differ(rule, "shown", fmt::format("{}\n", column.samples),
                        text_of(each) + "\n");
        ++at;
      }
  }

  void differ(const Rule& rule, const char* what, const std::string& flat,
              const std::string& naive) {
    out_.difference = fmt::format("tick {}, {}: {}\n  compiled:\n{}  tree:\n{}",
                                  tick_, rule.name, what, flat, naive);
  }

  Program program_;
  std::vector<TreeRule> walkers_;
  Decider decider_;
  std::vector<Snapshot> snapshots_;
  std::size_t tick_ = 0;
  std::string compiled_, walked_;  ///< actions of the rule at hand
  Comparison out_;
};

bool fails(const Case& one) {
  return !compare(one.rules.text(), one.series).difference.empty();
}

std::optional<Case> smaller_series(const Case& failing) {
  for (unsigned bit = 1; bit <= kAllTroubles; bit *= 2) {
    Case less = failing;
    less.series.troubles &= ~bit;
    if (less.series.troubles != failing.series.troubles && fails(less))
      return less;
  }
  Case less = failing;
  for (less.series.ticks = 1; less.series.ticks < failing.series.ticks;
       ++less.series.ticks)
    if (fails(less)) return less;
  return std::nullopt;
}

std::optional<Case> smaller_rules(const Case& failing) {
  for (RuleFile& rules : smaller(failing.rules)) {
    Case less{std::move(rules), failing.series};
    if (fails(less)) return less;
  }
  return std::nullopt;
}

}  // namespace

Comparison compare(const std::string& rules, const SeriesPlan& series) {
  ReadRules read(rules, series.every_s);
  if (!read.valid()) {
    Comparison out;
    out.invalid = read.diagnostics().text();
    return out;
  }
  return Race(read.checked(), series).run();
}

Case shrink(Case failing) {
  // Each step makes it smaller, so this ends; the bound is for patience.
  for (int steps = 0; steps < 200; ++steps) {
    std::optional<Case> less = smaller_rules(failing);
    if (!less) less = smaller_series(failing);
    if (!less) break;
    failing = std::move(*less);
  }
  return failing;
}

std::string report(const Case& failing) {
  const std::string rules = failing.rules.text();
  const Comparison found = compare(rules, failing.series);
  return fmt::format("series: seed {}, {} ticks, troubles {}\n{}{}{}",
                     failing.series.seed, failing.series.ticks,
                     failing.series.troubles, rules, found.invalid,
                     found.difference);
}

}  // namespace balance::testing
