// Where a candidate may go.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/stable_hash.h"
#include "eval/selection.h"

namespace balance {
namespace {

constexpr double kDefaultRetry_s = 60;

}  // namespace

std::optional<Target> Selection::find_target(Entry& entry) {
  if (policy_.place == Policy::Place::best)
    return Target{.kind = Target::Kind::best, .at = {}, .node = {}};
  if (policy_.place == Policy::Place::home) return home_of(entry);
  return best_of_range(entry);
}

std::optional<Target> Selection::home_of(Entry& entry) {
  const Candidate& candidate = entry.candidate;
  const auto none = [&](Reason reason, std::string text) {
    reject(entry.verdict, reason, std::move(text));
    return std::nullopt;
  };
  if (!candidate.home_node)
    return none(Reason::no_target, "no target: its home is not known");
  if (candidate.home_node == candidate.runs_on_node)
    return none(Reason::at_home, "it is at home");
  Target target{.kind = Target::Kind::home,
                .at = {identity_.host_of(*candidate.home_node), {}},
                .node = candidate.home_node};
  if (!target.at.host)
    return none(Reason::no_target,
                fmt::format("no target: its home, node {}, has no values",
                            *candidate.home_node));
  std::string why;
  if (!pair_allowed(entry, target, why))
    return none(Reason::no_target, "no target: " + why);
  return target;
}

/// What must hold of a pair, whatever the key.
bool Selection::pair_allowed(const Entry& entry, const Target& target,
                             std::string& why) {
  const Candidate& candidate = entry.candidate;
  Binding binding = bind(candidate);
  binding.target = &target.at;
  Verdict verdict;
  const double retry_s = number(policy_.retry, kDefaultRetry_s);
  if (!all_hold(policy_.target_where, binding, verdict))
    why = fmt::format("{} {}", name(target), verdict.text);
  else if (tick_.ledger.resting(candidate.identity, name(target), retry_s,
                                tick_.now_s))
    why = fmt::format("{} refused or failed it less than {:g} sec ago",
                      name(target), retry_s);
  else if (std::string limit =
               stopped({Each::target}, move_of(candidate, target));
           !limit.empty())
    why = fmt::format("{} {}", name(target), limit);
  return why.empty();
}

/// The hosts of the range, or the rows of the node table of the host that lists
/// the candidate.
std::vector<Target> Selection::range_of(const Candidate& candidate) const {
  std::vector<Target> out;
  for (const HostId host : policy_.among)
    out.push_back({Target::Kind::host, {host, {}}, identity_.node_of(host)});
  if (policy_.table == kNoSlot) return out;
  const Column& table = columns_.column(policy_.table);
  if (!table.index) return out;
  for (std::size_t i = 0; i < table.index->keys.size(); ++i) {
    const Key& key = table.index->keys[i];
    if (key.host != candidate.listed || !key.has_instance()) continue;
    const NodeRow row{key, std::string(table.index->names[i])};
    const std::optional<int> node = identity_.node_of(row);
    out.push_back({Target::Kind::host,
                   {node ? identity_.host_of(*node) : std::nullopt, row},
                   node});
  }
  return out;
}

/// Whatever the clauses say: a node that can be told from the one that runs the
/// candidate, and that has values. The latter the key shows, if there is one.
bool Selection::can_be_target(const Candidate& candidate, const Target& target,
                              std::string& why) const {
  if (target.node && target.node == candidate.runs_on_node) return false;
  if (target.at.host && target.at.host == candidate.runs_on) return false;
  if (target.at.row && !target.node)
    why = fmt::format("the node id of {} is not known", name(target));
  else if (target.at.row && !candidate.runs_on_node)
    why = "the node id of where it runs is not known";
  else if (policy_.key == nullptr && !target.node && target.at.host &&
           !has_values(*target.at.host))
    why = fmt::format("{} has no values", name(target));
  return why.empty();
}

bool Selection::has_values(HostId host) const {
  return std::any_of(program_.metrics.begin(), program_.metrics.end(),
                     [&](const MetricUse& use) {
                       return std::find(use.hosts.begin(), use.hosts.end(),
                                        host) != use.hosts.end() &&
                              identity_.has_values(use.name, host);
                     });
}

std::optional<double> Selection::judge_target(const Entry& entry,
                                              const Target& target,
                                              std::string& why) {
  const Candidate& candidate = entry.candidate;
  if (!can_be_target(candidate, target, why)) return std::nullopt;
  if (!pair_allowed(entry, target, why)) return std::nullopt;
  if (policy_.key == nullptr) return 0;
  Binding binding = bind(candidate);
  binding.target = &target.at;
  const double key = code_.run(policy_.key->code, binding).number;
  if (usable(key)) return key;
  why = fmt::format("{} {} has no value", name(target),
                    code_.missing().empty() ? "its key" : code_.missing());
  return std::nullopt;
}

std::optional<Target> Selection::best_of_range(Entry& entry) {
  std::vector<Keyed> keyed;
  std::string reasons;
  for (Target& target : range_of(entry.candidate)) {
    std::string why;
    if (const auto key = judge_target(entry, target, why))
      keyed.push_back({std::move(target), *key});
    if (!why.empty()) reasons += (reasons.empty() ? "" : "; ") + why;
  }
  if (keyed.empty()) {
    reject(entry.verdict, Reason::no_target,
           reasons.empty() ? "no target" : "no target: " + reasons);
    return std::nullopt;
  }
  std::stable_sort(keyed.begin(), keyed.end(),
                   [&](const Keyed& a, const Keyed& b) {
                     return policy_.key_highest ? a.key > b.key : a.key < b.key;
                   });
  return choose(entry, keyed);
}

Target Selection::choose(const Entry& entry, const std::vector<Keyed>& keyed) {
  const double within = number(policy_.within, 0);
  std::size_t equals = 1;
  while (policy_.within != nullptr && equals < keyed.size() &&
         std::fabs(keyed[equals].key - keyed[0].key) <= within)
    ++equals;
  const std::uint64_t hash = base::stable_hash(fmt::format(
      "{}/{}/{}", tick_.seed, entry.candidate.identity, tick_.number));
  return keyed[equals == 1 ? 0 : hash % equals].target;
}

}  // namespace balance
