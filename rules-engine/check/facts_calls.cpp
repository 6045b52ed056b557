// Functions, and what operands become together.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "check/facts_pass.h"
#include "check/nearest.h"

namespace balance::check {

void FactsPass::add_hosts(const Facts& other, Facts& into) {
  if (into.hosts == other.hosts || other.single()) return;
  if (into.single() || (into.hosts.size() == 1 && other.hosts.size() > 1)) {
    into.hosts = other.hosts;
    return;
  }
  if (other.hosts.size() == 1) return;
  const std::set<Host> left(into.hosts.begin(), into.hosts.end());
  std::vector<Host> more;
  for (const Host host : other.hosts) {
    if (left.count(host) == 0) more.push_back(host);
  }
  const bool as_many = into.hosts.size() == other.hosts.size();
  if (as_many && more.size() == other.hosts.size()) {
    paired(into.hosts, other.hosts);
    return;
  }
  into.hosts.insert(into.hosts.end(), more.begin(), more.end());
}

void FactsPass::paired(const std::vector<Host>& left,
                       const std::vector<Host>& right) {
  constexpr std::size_t kShown = 4;
  std::vector<std::string> pairs;
  for (std::size_t i = 0; i < std::min(left.size(), kShown); ++i) {
    pairs.push_back(fmt::format("{}–{}", checked_.hosts[left[i]],
                                checked_.hosts[right[i]]));
  }
  if (left.size() > kShown) pairs.push_back("…");
  diagnostics_.warning(
      "W01", expression(at_).span,
      fmt::format("paired as written: {}", fmt::join(pairs, ", ")));
}

Facts FactsPass::joined(const std::vector<ExprId>& operands, Kind type) {
  Facts out;
  out.type = type;
  for (const ExprId id : operands) {
    const Facts& one = facts(id);
    if (!one.type) out.type.reset();
    add_hosts(one, out);
    out.instances = std::max(out.instances, one.instances);
    out.width = std::max(out.width, one.width);
    out.samples = std::max(out.samples, one.samples);
    out.my = out.my || one.my;
    out.target = out.target || one.target;
  }
  return out;
}

Facts FactsPass::find(const lang::Call& node) {
  const FunctionSpec* spec = find_function(node.function.text);
  if (spec == nullptr) {
    diagnostics_.error(
        "C18", node.function.span,
        fmt::format("no function is called `{}`{}", node.function.text,
                    did_you_mean(node.function.text, function_names())));
    return {};
  }
  const std::size_t given = node.arguments.size();
  const bool fits =
      spec->or_more ? given >= spec->arguments : given == spec->arguments;
  if (!fits) {
    error("C18", at_,
          fmt::format("`{}` takes {} value{}{}, {} given", spec->name,
                      spec->arguments, spec->arguments == 1 ? "" : "s",
                      spec->or_more ? " or more" : "", given));
    return {};
  }
  return function(*spec, node.arguments);
}

Facts FactsPass::function(const FunctionSpec& spec,
                          const std::vector<ExprId>& given) {
  switch (spec.function) {
    case Function::my:
    case Function::target:
      return side(spec, given.front());
    case Function::known:
      return like(given.front(), Kind::truth);
    case Function::fallback:
      if (const auto type = facts(given[0]).type) {
        want(given[1], *type, spec.name);
      }
      return joined(given, facts(given[0]).type.value_or(Kind::number));
    case Function::latch:
      for (const ExprId id : given) {
        want(id, Kind::truth, spec.name);
        want_no_sides(id, spec.name);
      }
      return joined(given, Kind::truth);
    default:
      for (const ExprId id : given) want(id, Kind::number, spec.name);
      return joined(given, Kind::number);
  }
}

Facts FactsPass::side(const FunctionSpec& spec, ExprId given) {
  const Facts& inner = facts(given);
  if (inner.sided()) {
    error("C13", given,
          fmt::format("sides do not nest: `{}` already says `{}(`",
                      one_line(expression(given).span),
                      inner.target ? "target" : "my"));
  }
  Facts out;
  out.type = inner.type;
  out.of_metric = inner.of_metric;
  out.my = spec.function == Function::my;
  out.target = spec.function == Function::target;
  return out;
}

}  // namespace balance::check
