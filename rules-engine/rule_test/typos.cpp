#include "rule_test/typos.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/overloaded.h"
#include "check/nearest.h"
#include "eval/policy.h"
#include "rule_test/judge.h"

namespace balance {
namespace {

class UnknownNames {
 public:
  UnknownNames(const RuleTest& test, const Program& program)
      : test_(test), program_(program) {
    for (const Rule& rule : program.rules) rules_.push_back(rule.name);
  }

  std::vector<TextFault> find() {
    for (const Expectation& each : test_.expectations) {
      offset_ = each.offset;
      std::visit(base::Overloaded{
                     [&](const MoveWanted& wanted) {
                       rule(wanted.rule);
                       // Nodes of a table are not in the rules.
                       if (!asks_rows(program_)) host(wanted.from);
                     },
                     [&](const SkipWanted& wanted) {
                       rule(wanted.rule);
                       host(wanted.host);
                     },
                     [&](const ValueWanted& wanted) { value(wanted.name); },
                     [&](const TruthWanted& wanted) { value(wanted.name); },
                     [](const auto&) {}},
                 each.wanted);
    }
    for (const OutcomeGiven& each : test_.outcomes) {
      offset_ = each.offset;
      rule(each.rule);
    }
    for (const auto& [name, metric] : test_.series.metrics())
      for (const auto& [place, row] : metric.rows) {
        offset_ = row.offset;
        host(place.first);
      }
    return std::move(out_);
  }

 private:
  void wrong(std::string what) { out_.push_back({offset_, std::move(what)}); }

  void rule(const std::string& name) {
    if (std::find(rules_.begin(), rules_.end(), name) == rules_.end())
      wrong(fmt::format("the rules have no rule `{}`{}", name,
                        check::did_you_mean(name, rules_)));
  }
  void value(const std::string& name) {
    if (find_rule(program_, name) != nullptr) return;
    if (std::find(rules_.begin(), rules_.end(), name) != rules_.end())
      wrong(fmt::format("`{}` has a value only in clauses", name));
    else
      wrong(fmt::format("the rules have no value `{}`{}", name,
                        check::did_you_mean(name, rules_)));
  }
  void host(const std::string& name) {
    const auto& hosts = program_.hosts;
    if (std::find(hosts.begin(), hosts.end(), name) == hosts.end())
      wrong(fmt::format("the rules have no host `{}`{}", name,
                        check::did_you_mean(name, hosts)));
  }

  const RuleTest& test_;
  const Program& program_;
  std::vector<std::string> rules_;
  std::size_t offset_ = 0;
  std::vector<TextFault> out_;
};

}  // namespace

std::vector<TextFault> unknown_names(const RuleTest& test,
                                     const Program& program) {
  return UnknownNames(test, program).find();
}

std::vector<TextFault> idle_names(const RuleTest& test, const Program& program,
                                  const TestKit& kit) {
  std::vector<TextFault> out;
  std::vector<std::string> series;
  for (const auto& [name, metric] : test.series.metrics())
    series.push_back(name);
  std::set<std::string> used;
  for (const MetricUse& use : program.metrics) {
    if (!used.insert(use.name).second) continue;
    if (std::find(series.begin(), series.end(), use.name) != series.end())
      continue;
    out.push_back(
        {test.offset, fmt::format("`{}` of the rules has no series{}", use.name,
                                  check::did_you_mean(use.name, series))});
  }
  const std::vector<std::string> named(used.begin(), used.end());
  for (const auto& [word, needs] : kit.needs)
    used.insert({needs.job, needs.home, needs.where, needs.user, needs.node,
                 needs.row, needs.moves});
  for (const auto& [name, metric] : test.series.metrics())
    if (!used.contains(name))
      out.push_back(
          {metric.offset, fmt::format("no rule looks at `{}`{}", name,
                                      check::did_you_mean(name, named))});
  return out;
}

}  // namespace balance
