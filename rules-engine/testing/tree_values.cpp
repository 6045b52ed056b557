#include "testing/tree_values.h"

#include <algorithm>
#include <cmath>

namespace balance::testing {
namespace {

Value none() {
  return Value::of(no_number());
}

bool counts_truths(lang::Collapse op) {
  return op == lang::Collapse::all || op == lang::Collapse::some ||
         op == lang::Collapse::percent;
}

/// Kleene's "at least `needed` of them": true or false if that is so however
/// the unknown ones turn out.
Value at_least(double needed, const std::vector<Value>& values) {
  if (values.empty()) return Value::of(Tri::unknown);
  double sure = 0;
  double possible = 0;
  for (const Value& each : values) {
    if (each.truth == Tri::yes) ++sure;
    if (each.truth != Tri::no) ++possible;
  }
  if (sure >= needed) return Value::of(Tri::yes);
  return Value::of(possible < needed ? Tri::no : Tri::unknown);
}

Value quantifier(const lang::Aggregate& node,
                 const std::vector<Value>& values) {
  const auto all = static_cast<double>(values.size());
  switch (node.op) {
    case lang::Collapse::all:
      return at_least(all, values);
    case lang::Collapse::some:
      return at_least(1, values);
    default:
      return at_least(std::floor(0.5 + node.percent / 100 * all), values);
  }
}

/// The least or greatest; NaN only if there is nothing else.
double extreme(lang::Collapse op, const std::vector<double>& numbers) {
  double out = numbers.front();
  for (const double x : numbers) {
    const bool better = op == lang::Collapse::min ? x < out : x > out;
    if (std::isnan(out) || better) out = x;
  }
  return out;
}

/// In the order that the engine promises: every fourth, then the rest.
double sum(const std::vector<double>& numbers) {
  const std::size_t whole = numbers.size() / 4 * 4;
  double every_fourth[4] = {0, 0, 0, 0};
  double rest = 0;
  for (std::size_t i = 0; i < numbers.size(); ++i)
    (i < whole ? every_fourth[i % 4] : rest) += numbers[i];
  return rest + ((every_fourth[0] + every_fourth[1]) +
                 (every_fourth[2] + every_fourth[3]));
}

Value number(lang::Collapse op, const std::vector<double>& numbers) {
  if (op == lang::Collapse::min || op == lang::Collapse::max)
    return Value::of(extreme(op, numbers));
  double out = sum(numbers);
  if (op == lang::Collapse::avg) out /= static_cast<double>(numbers.size());
  return Value::of(out);
}

}  // namespace

Value minus(const Value& a) {
  return a.known() ? Value::of(-a.number) : none();
}

Value inverse(const Value& a) {
  if (a.truth == Tri::unknown) return a;
  return truth_of(a.truth == Tri::no);
}

Value arithmetic(lang::BinaryOp op, const Value& a, const Value& b) {
  if (!a.known() || !b.known()) return none();
  switch (op) {
    case lang::BinaryOp::add:
      return Value::of(a.number + b.number);
    case lang::BinaryOp::subtract:
      return Value::of(a.number - b.number);
    case lang::BinaryOp::multiply:
      return Value::of(a.number * b.number);
    case lang::BinaryOp::divide:
      return Value::of(a.number / b.number);
  }
  return none();
}

Value compare(lang::RelationOp op, const Value& a, const Value& b) {
  if (!a.known() || !b.known() || a.type != b.type)
    return Value::of(Tri::unknown);
  const bool text = a.type == Type::text;
  switch (op) {
    case lang::RelationOp::less:
      return truth_of(a.number < b.number);
    case lang::RelationOp::less_equal:
      return truth_of(a.number <= b.number);
    case lang::RelationOp::greater:
      return truth_of(a.number > b.number);
    case lang::RelationOp::greater_equal:
      return truth_of(a.number >= b.number);
    case lang::RelationOp::equal:
      return truth_of(text ? *a.text == *b.text : a.number == b.number);
    case lang::RelationOp::unequal:
      return truth_of(text ? *a.text != *b.text : a.number != b.number);
  }
  return Value::of(Tri::unknown);
}

Value logic(lang::LogicOp op, const Value& a, const Value& b) {
  const Tri decides = op == lang::LogicOp::both ? Tri::no : Tri::yes;
  if (a.truth == decides || b.truth == decides) return Value::of(decides);
  if (a.truth == Tri::unknown || b.truth == Tri::unknown)
    return Value::of(Tri::unknown);
  return a;
}

Value function(std::string_view name, const Value& a) {
  if (!a.known()) return none();
  const double x = a.number;
  if (name == "exp") return Value::of(std::exp(x));
  if (name == "log") return Value::of(std::log(x));
  if (name == "floor") return Value::of(std::floor(x));
  if (name == "ceil") return Value::of(std::ceil(x));
  if (name == "abs") return Value::of(std::fabs(x));
  return a;  // least and greatest of one value
}

Value function(std::string_view name, const Value& a, const Value& b) {
  if (name == "default") return a.known() ? a : b;
  if (!a.known() || !b.known()) return none();
  if (name == "pow") return Value::of(std::pow(a.number, b.number));
  // The left one of equals; NaN only if there is nothing else.
  if (std::isnan(a.number)) return b;
  return (name == "least" ? b.number < a.number : b.number > a.number) ? b : a;
}

Value collapse(const lang::Aggregate& node, const std::vector<Value>& values) {
  if (counts_truths(node.op)) return quantifier(node, values);
  std::vector<double> numbers;
  for (const Value& each : values) {
    if (!each.known()) continue;
    const bool count = node.op == lang::Collapse::count;
    numbers.push_back(!count ? each.number : each.truth == Tri::yes ? 1 : 0);
  }
  return numbers.empty() ? none() : number(node.op, numbers);
}

Value collapse_window(const lang::Aggregate& node,
                      const std::vector<Value>& values, std::size_t window) {
  const bool truths = counts_truths(node.op);
  const bool all_known =
      std::all_of(values.begin(), values.end(),
                  [](const Value& each) { return each.known(); });
  if (values.size() == window && (truths || all_known))
    return collapse(node, values);
  return truths ? Value::of(Tri::unknown) : none();
}

}  // namespace balance::testing
