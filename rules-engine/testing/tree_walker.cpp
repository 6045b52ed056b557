#include "testing/tree_walker.h"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <optional>
#include <string_view>

#include <regex.h>

#include "base/overloaded.h"
#include "testing/pairing.h"
#include "testing/past.h"
#include "testing/tree_fetch.h"
#include "testing/tree_moments.h"
#include "testing/tree_values.h"

namespace balance::testing {
namespace {

using check::CheckedFile;

double time_variable(const std::string& name, double now_s, double delta_s) {
  const auto seconds = static_cast<std::time_t>(now_s);
  std::tm tm{};
  localtime_r(&seconds, &tm);
  if (name == "minute") return tm.tm_min;
  if (name == "hour") return tm.tm_hour;
  if (name == "day") return tm.tm_mday;
  if (name == "month") return tm.tm_mon;
  if (name == "year") return tm.tm_year + 1900;
  if (name == "day_of_week") return tm.tm_wday;
  return delta_s;
}

bool matches(const std::string& pattern, const std::string& name) {
  regex_t compiled;
  if (regcomp(&compiled, pattern.c_str(), REG_EXTENDED | REG_NOSUB) != 0)
    return false;
  const bool found = regexec(&compiled, name.c_str(), 0, nullptr, 0) == 0;
  regfree(&compiled);
  return found;
}

Type type_of(const check::Facts& facts) {
  const lang::Kind kind = facts.type.value_or(lang::Kind::number);
  if (kind == lang::Kind::text) return Type::text;
  return kind == lang::Kind::truth ? Type::truth : Type::number;
}

/// `table` with each value replaced by what the past of its element gives.
template <class Function>
Table with_past(Table table, Type type, double now_s, Past<Moment>& past,
                Function function) {
  past.next();
  table.type = type;
  for (Element& each : table.elements) {
    Moments& moments = past.of(each.key);
    moments.push_back({now_s, std::move(each.value)});
    each.value = function(moments);
  }
  return table;
}

std::vector<Value> values_at(const Table& table, std::optional<HostId> host) {
  std::vector<Value> out;
  for (const Element& each : table.elements)
    if (!host || each.key.host == *host) out.push_back(each.value);
  return out;
}

}  // namespace

struct TreeWalker::Node {
  Node(const check::Checked& all, const CheckedFile& checked_file,
       lang::ExprId id, double delta, bool is_instant)
      : checked(all),
        file(checked_file),
        expression(checked_file.file->at(id)),
        facts(checked_file.facts_of(id)),
        delta_s(delta),
        instant(is_instant) {
    std::visit([this, id](const auto& node) { this->open(id, node); },
               expression.node);
  }

  // ---- the tree below ----

  void part(lang::ExprId id) { part(file, id, instant); }
  void part(const CheckedFile& in, lang::ExprId id, bool is_instant) {
    parts.push_back(
        std::make_unique<Node>(checked, in, id, delta_s, is_instant));
  }

  void open(lang::ExprId, const lang::Number&) {}
  void open(lang::ExprId, const lang::String&) {}
  void open(lang::ExprId, const lang::Truth&) {}
  void open(lang::ExprId, const lang::Fetch& node) {
    plan.metric = node.metric.text;
    for (const lang::Name& each : node.hosts)
      plan.hosts.push_back(host_id(each.text));
    if (plan.hosts.empty()) plan.hosts.push_back(0);
    for (const lang::Name& each : node.instances)
      plan.instances.push_back(each.text);
    plan.type = type_of(facts);
    plan.instant = instant;
  }
  void open(lang::ExprId id, const lang::Variable&) {
    const check::Definition* name = file.names[id];
    if (name != nullptr)
      part(checked.file_of(*name), name->expression, instant);
  }
  void open(lang::ExprId, const lang::Unary& node) {
    part(file, node.operand, instant || node.op == lang::UnaryOp::instant);
  }
  /// Of a Binary and a Relation.
  template <class Sides>
  void open(lang::ExprId, const Sides& node) {
    part(node.left);
    part(node.right);
  }
  void open(lang::ExprId, const lang::Logic& node) {
    for (const lang::ExprId each : node.operands) part(each);
  }
  void open(lang::ExprId, const lang::Held& node) { part(node.condition); }
  void open(lang::ExprId, const lang::Aggregate& node) {
    part(node.operand);
    window = file.facts_of(node.operand).samples;
  }
  void open(lang::ExprId, const lang::MatchInst& node) { part(node.operand); }
  void open(lang::ExprId, const lang::Call& node) {
    for (const lang::ExprId each : node.arguments) part(each);
  }

  HostId host_id(const std::string& name) const {
    const auto found =
        std::find(checked.hosts.begin(), checked.hosts.end(), name);
    return static_cast<HostId>(found - checked.hosts.begin());
  }

  // ---- values ----

  Table evaluate(const Snapshot& snapshot) {
    return std::visit([&](const auto& node) { return value(snapshot, node); },
                      expression.node);
  }
  Table of(std::size_t i, const Snapshot& snapshot) {
    return parts[i]->evaluate(snapshot);
  }

  static Table value(const Snapshot&, const lang::Number& node) {
    return single_table(Value::of(node.value));
  }
  static Table value(const Snapshot&, const lang::Truth& node) {
    return single_table(truth_of(node.value));
  }
  static Table value(const Snapshot&, const lang::String& node) {
    Value out = no_value(Type::text);
    out.text = node.text;
    return single_table(out);
  }

  Table value(const Snapshot& snapshot, const lang::Variable& node) {
    if (!parts.empty()) return of(0, snapshot);
    return single_table(
        Value::of(time_variable(node.name, snapshot.now_s(), delta_s)));
  }

  Table value(const Snapshot& snapshot, const lang::Fetch& node) {
    Table now = fetch(plan, snapshot, delta_s, fetched);
    const std::size_t back = node.first_sample;
    if (back == 0) return now;
    const Type type = now.type;
    return with_past(std::move(now), type, snapshot.now_s(), past,
                     [&](const Moments& moments) {
                       return moments.size() > back
                                  ? moments[moments.size() - 1 - back].value
                                  : no_value(type);
                     });
  }

  Table value(const Snapshot& snapshot, const lang::Unary& node) {
    Table operand = of(0, snapshot);
    const double now_s = snapshot.now_s();
    switch (node.op) {
      case lang::UnaryOp::instant:
        return operand;
      case lang::UnaryOp::rising:
      case lang::UnaryOp::falling: {
        const bool up = node.op == lang::UnaryOp::rising;
        return with_past(
            std::move(operand), Type::truth, now_s, past,
            [&](const Moments& m) { return edge(m, up ? Tri::yes : Tri::no); });
      }
      case lang::UnaryOp::rate:
        return rates(std::move(operand), now_s);
      case lang::UnaryOp::negate:
        for (Element& each : operand.elements) each.value = minus(each.value);
        return operand;
      case lang::UnaryOp::negation:
        for (Element& each : operand.elements) each.value = inverse(each.value);
        return operand;
    }
    return operand;
  }

  /// Of each element between the moments when its host gave the samples that
  /// it is made of, the last of them if there are several.
  Table rates(Table operand, double now_s) {
    past.next();
    for (Element& each : operand.elements) {
      std::optional<double> taken_s;
      parts[0]->find_taken(each.key.host, taken_s);
      Moments& moments = past.of(each.key);
      see(moments, {taken_s.value_or(now_s), std::move(each.value)});
      each.value = slope(moments);
    }
    return operand;
  }

  /// Raises `latest` to when the samples below were taken that the values of
  /// `host` come from; kNoHost: those of all hosts.
  void find_taken(HostId host, std::optional<double>& latest) const {
    const auto* fetch = std::get_if<lang::Fetch>(&expression.node);
    const std::size_t back = fetch == nullptr ? 0 : fetch->first_sample;
    if (fetched.taken.size() > back)
      for (const auto& [of, at_s] :
           fetched.taken[fetched.taken.size() - 1 - back])
        if (host == kNoHost || host == of)
          latest = std::max(latest.value_or(at_s), at_s);
    for (const auto& part : parts) part->find_taken(host, latest);
  }

  Table value(const Snapshot& snapshot, const lang::Binary& node) {
    return pair(of(0, snapshot), of(1, snapshot), Type::number,
                [&](const Value& a, const Value& b) {
                  return arithmetic(node.op, a, b);
                });
  }

  Table value(const Snapshot& snapshot, const lang::Relation& node) {
    return pair(
        of(0, snapshot), of(1, snapshot), Type::truth,
        [&](const Value& a, const Value& b) { return compare(node.op, a, b); });
  }

  /// From the left, two at a time.
  template <class Function>
  Table chain(const Snapshot& snapshot, Type type, Function combine) {
    Table out = of(0, snapshot);
    for (std::size_t i = 1; i < parts.size(); ++i)
      out = pair(out, of(i, snapshot), type, combine);
    return out;
  }

  Table value(const Snapshot& snapshot, const lang::Logic& node) {
    return chain(snapshot, Type::truth, [&](const Value& a, const Value& b) {
      return logic(node.op, a, b);
    });
  }

  Table value(const Snapshot& snapshot, const lang::Held& node) {
    const double for_s = file.facts_of(node.duration).constant->value;
    return with_past(of(0, snapshot), Type::truth, snapshot.now_s(), past,
                     [&](const Moments& m) { return held(m, for_s); });
  }

  Table value(const Snapshot& snapshot, const lang::Aggregate& node) {
    Table operand = of(0, snapshot);
    if (node.over == lang::Domain::sample)
      return with_past(std::move(operand), type_of(facts), snapshot.now_s(),
                       past, [&](const Moments& m) {
                         return collapse_window(node, last(m, window), window);
                       });
    if (node.over == lang::Domain::host || operand.single())
      return single_table(collapse(node, values_at(operand, std::nullopt)));
    Table out;
    out.type = type_of(facts);
    out.hosts = operand.hosts;
    for (const HostId host : out.hosts)
      out.elements.push_back(
          {{.host = host}, "", collapse(node, values_at(operand, host))});
    return out;
  }

  Table value(const Snapshot& snapshot, const lang::MatchInst& node) {
    Table out = of(0, snapshot);
    for (Element& each : out.elements) {
      const bool match = matches(node.pattern.text, each.name) != node.exclude;
      each.value = logic(lang::LogicOp::both, each.value, truth_of(match));
    }
    return out;
  }

  Table value(const Snapshot& snapshot, const lang::Call& node) {
    const std::string_view name = node.function.text;
    if (name == "latch") return latch(snapshot);
    if (name == "known") {
      Table out = of(0, snapshot);
      out.type = Type::truth;
      for (Element& each : out.elements)
        each.value = truth_of(each.value.known());
      return out;
    }
    if (parts.size() > 1)
      return chain(
          snapshot, type_of(facts),
          [&](const Value& a, const Value& b) { return function(name, a, b); });
    Table out = of(0, snapshot);
    for (Element& each : out.elements) each.value = function(name, each.value);
    return out;
  }

  /// Keeps its state while an element is away for less than eleven evaluations.
  Table latch(const Snapshot& snapshot) {
    constexpr std::size_t kPatience = 10;
    ++evaluations;
    // Both sides have to be seen at once: 1, 2, 3 stand for on, off, neither.
    Table out = pair(of(0, snapshot), of(1, snapshot), Type::truth,
                     [](const Value& on, const Value& off) {
                       if (on.truth == Tri::yes) return Value::of(1);
                       return Value::of(off.truth == Tri::yes ? 2 : 3);
                     });
    for (Element& each : out.elements) {
      const auto [at, added] = latched.try_emplace(each.key);
      Latched& state = at->second;
      if (!added && state.seen == evaluations) latched_twice = true;
      if (state.seen + kPatience < evaluations) state.on = false;
      state.seen = evaluations;
      if (each.value.number < 3) state.on = each.value.number == 1;
      each.value = truth_of(state.on);
    }
    return out;
  }

  bool ambiguous() const {
    return past.twice() || latched_twice ||
           std::any_of(parts.begin(), parts.end(),
                       [](const auto& each) { return each->ambiguous(); });
  }

  struct Latched {
    bool on = false;
    std::size_t seen = 0;
  };

  const check::Checked& checked;
  const CheckedFile& file;
  const lang::Expression& expression;
  const check::Facts& facts;
  double delta_s;
  bool instant;
  std::vector<std::unique_ptr<Node>> parts;
  FetchPlan plan;          // of a fetch
  std::size_t window = 1;  // of an aggregate over samples

  FetchPast fetched;
  Past<Moment> past;
  std::map<Key, Latched> latched;
  bool latched_twice = false;
  std::size_t evaluations = 0;
};

TreeWalker::TreeWalker(const check::Checked& checked,
                       const check::CheckedFile& file, lang::ExprId id,
                       double delta_s, bool instant)
    : root_(std::make_unique<Node>(checked, file, id, delta_s, instant)) {}
TreeWalker::TreeWalker(TreeWalker&&) noexcept = default;
TreeWalker::~TreeWalker() = default;

Table TreeWalker::evaluate(const Snapshot& snapshot) {
  return root_->evaluate(snapshot);
}

bool TreeWalker::ambiguous() const {
  return root_->ambiguous();
}

}  // namespace balance::testing
