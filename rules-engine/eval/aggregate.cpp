#include "eval/aggregate.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace balance {
namespace {

struct Tally {
  std::size_t yes = 0, unknown = 0, all = 0;
};

Tally tally(const std::vector<Value>& elements) {
  Tally out;
  for (const Value& each : elements) {
    ++out.all;
    if (each.truth == Tri::yes) ++out.yes;
    if (each.truth == Tri::unknown) ++out.unknown;
  }
  return out;
}

Value collapse_numbers(Op op, const std::vector<Value>& elements) {
  double sum = 0;
  double low = 0;
  double high = 0;
  std::size_t n = 0;
  for (const Value& each : elements) {
    if (!each.known()) continue;
    const double x = each.number;
    sum += x;
    low = n == 0 ? x : std::fmin(low, x);
    high = n == 0 ? x : std::fmax(high, x);
    ++n;
  }
  if (n == 0) return {};
  if (op == Op::minimum) return Value::of(low);
  if (op == Op::maximum) return Value::of(high);
  return Value::of(op == Op::average ? sum / static_cast<double>(n) : sum);
}

/// At least `needed` of the elements are true?
Value at_least(const Tally& t, double needed) {
  if (t.all == 0) return Value::of(Tri::unknown);
  if (static_cast<double>(t.yes) >= needed) return Value::of(Tri::yes);
  const bool open = static_cast<double>(t.yes + t.unknown) >= needed;
  return Value::of(open ? Tri::unknown : Tri::no);
}

}  // namespace

Value collapse(Op op, double number, const std::vector<Value>& elements) {
  const Tally t = tally(elements);
  const auto all = static_cast<double>(t.all);
  switch (op) {
    case Op::count:
      if (t.unknown == t.all) return {};
      return Value::of(static_cast<double>(t.yes));
    case Op::all:
      return at_least(t, all);
    case Op::some:
      return at_least(t, 1);
    case Op::percent:
      return at_least(t, std::floor(0.5 + number / 100 * all));
    default:
      return collapse_numbers(op, elements);
  }
}

Column aggregate(const Instruction& instruction, Type type,
                 const Column& operand) {
  const bool by_host =
      instruction.over == Over::instance && !operand.index->single();
  std::map<HostId, std::vector<Value>> groups;
  for (std::size_t i = 0; i < operand.size(); ++i)
    groups[by_host ? operand.index->keys[i].host : kNoHost].push_back(
        element(operand, i));
  Column out;
  out.type = type;
  out.index = single_index();
  if (by_host) {
    auto index = std::make_shared<Index>();
    index->hosts = operand.index->hosts;
    for (const HostId host : index->hosts)
      index->keys.push_back({.host = host});
    index->names.resize(index->keys.size());
    out.index = index;
  }
  resize(out);
  for (std::size_t i = 0; i < out.size(); ++i)
    assign(out, i,
           collapse(instruction.op, instruction.number,
                    groups[by_host ? out.index->keys[i].host : kNoHost]));
  return out;
}

}  // namespace balance
