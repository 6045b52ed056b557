#include "eval/selection.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "eval/join.h"

namespace balance {
namespace {

constexpr double kDefaultRetry_s = 60;
/// The engine's own ceiling of moves asked and not ended.
constexpr std::size_t kMostInFlight = 64;

/// Numbers in clauses: NaN is no value there.
bool usable(double x) {
  return !std::isnan(x);
}

/// FNV-1a: the same in every build, so that a replay chooses alike.
std::uint64_t stable_hash(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text)
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

}  // namespace

Selection::Selection(const Program& program, const Evaluator& columns,
                     ClauseCode& code, const Identity& identity, Tick& tick,
                     const Run& run)
    : program_(program),
      columns_(columns),
      code_(code),
      identity_(identity),
      tick_(tick),
      run_(run),
      policy_(make_policy(run.action)) {
  if (policy_.among.empty()) policy_.among = run.range;
  pair_rank_ = policy_.by != nullptr && code_.asks_target(policy_.by->code);
  report_.rule = run.rule.name;
  report_.host = run.host;
}

RunEnd Selection::execute(Outcome& outcome) {
  gather();
  report_.candidates = entries_.size();
  const double wanted = number(policy_.pick, 1);
  const auto most = usable(wanted) && wanted > 0
                        ? static_cast<std::size_t>(wanted)
                        : std::size_t{0};
  rank();
  std::size_t taken = 0;
  while (taken < most && pick_next(most - taken, outcome)) ++taken;
  end_report(outcome, taken == most);
  if (taken > 0) return RunEnd::asked;
  return report_.waits.empty() ? RunEnd::nothing : RunEnd::waiting;
}

double Selection::number(const Operand* operand, double otherwise) const {
  if (operand == nullptr) return otherwise;
  Binding binding;
  if (run_.host != kNoHost) binding.here = run_.host;
  return code_.run(operand->code, binding).number;
}

Binding Selection::bind(const Candidate& candidate) const {
  Binding out;
  out.candidate = &candidate;
  out.here = candidate.listed;
  return out;
}

std::string Selection::name(HostId host) const {
  const std::string& spec = program_.hosts[host];
  return spec.empty() ? "localhost" : spec;
}

std::string Selection::name(const Target& target) const {
  if (target.kind == Target::Kind::best) return "best";
  if (target.host) return name(*target.host);
  return target.node ? fmt::format("node {}", *target.node) : "home";
}

void Selection::gather() {
  if (policy_.by == nullptr) return;
  for (const Slot slot : code_.candidate_columns(policy_.by->code)) {
    const Column& column = columns_.column(slot);
    if (!column.index) continue;
    for (const HostId host : run_.hosts) gather_at(host, column);
    if (!entries_.empty()) return;
  }
}

void Selection::gather_at(HostId host, const Column& column) {
  const Index& index = *column.index;
  for (std::size_t i = 0; i < index.keys.size(); ++i) {
    const Key& key = index.keys[i];
    if (key.host != host || !key.has_instance()) continue;
    Entry entry;
    entry.candidate.listed = host;
    entry.candidate.key = key;
    entry.candidate.name = std::string(index.names[i]);
    if (!passes_filter(entry.candidate)) continue;
    identity_.complete(entry.candidate);
    entry.verdict.name = first_word(entry.candidate.name);
    entry.verdict.host = host;
    entries_.push_back(std::move(entry));
  }
}

/// True instances of the condition filter; a value of the host lets all pass.
bool Selection::passes_filter(const Candidate& candidate) const {
  const Index& index = *run_.condition.index;
  if (index.single()) return true;
  bool instances = false;
  for (std::size_t i = 0; i < index.keys.size(); ++i) {
    const Key& key = index.keys[i];
    if (key.host != candidate.listed || !key.has_instance()) continue;
    instances = true;
    if (run_.condition.truths[i] != Tri::yes) continue;
    const bool same =
        key.domain == candidate.key.domain
            ? key.instance == candidate.key.instance
            : refines(first_word(index.names[i]), first_word(candidate.name));
    if (same) return true;
  }
  return !instances;
}

double Selection::key_of(Entry& entry, const std::optional<Target>& target) {
  Binding binding = bind(entry.candidate);
  if (target) binding.target = target->host;
  return code_.run(policy_.by->code, binding).number;
}

/// Best first; what has no key last; then lower pid, then the order of hosts.
void Selection::rank() {
  for (Entry& entry : entries_) {
    if (entry.taken) continue;
    if (pair_rank_) {
      entry.key = no_number();
      entry.target = find_target(entry);
      if (!entry.target) continue;
    }
    entry.key = key_of(entry, entry.target);
    if (!usable(entry.key)) {
      entry.key = no_number();
      reject(entry.verdict, Reason::no_key,
             code_.missing().empty()
                 ? "by: not a number"
                 : fmt::format("by: {} has no value", code_.missing()));
    }
  }
  std::stable_sort(entries_.begin(), entries_.end(),
                   [&](const Entry& a, const Entry& b) {
                     if (usable(a.key) != usable(b.key)) return usable(a.key);
                     if (usable(a.key) && a.key != b.key)
                       return policy_.lowest ? a.key < b.key : a.key > b.key;
                     return a.candidate.key.instance < b.candidate.key.instance;
                   });
}

bool Selection::reject(Verdict& verdict, Reason reason,
                       std::string text) const {
  verdict.reason = reason;
  verdict.text = std::move(text);
  return false;
}

bool Selection::all_hold(const std::vector<const Operand*>& conditions,
                         const Binding& binding, Verdict& verdict) {
  for (const Operand* condition : conditions) {
    const Value value = code_.run(condition->code, binding);
    if (value.truth == Tri::yes) continue;
    const std::string& text = condition->origin.text;
    if (value.truth == Tri::no)
      return reject(verdict, Reason::where,
                    fmt::format("where: {} is false", text));
    return reject(verdict, Reason::unknown,
                  fmt::format("where: {} is unknown: {} has no value", text,
                              code_.missing()));
  }
  return true;
}

bool Selection::eligible(Entry& entry) {
  const Candidate& candidate = entry.candidate;
  if (!pair_rank_ && !usable(entry.key)) return false;
  if (!candidate.runs_on_node && !candidate.runs_on)
    return reject(entry.verdict, Reason::no_place, "unknown where it runs");
  if (tick_.moved.contains(candidate.identity) ||
      tick_.ledger.in_flight(candidate.identity))
    return reject(entry.verdict, Reason::in_flight, "it is on the move");
  if (!all_hold(policy_.where, bind(candidate), entry.verdict)) return false;
  const double rest_s = number(policy_.cooldown, 0);
  if (tick_.ledger.cooling(candidate.identity, rest_s, tick_.now_s))
    return reject(entry.verdict, Reason::cooldown,
                  fmt::format("cooldown: {}", policy_.cooldown->origin.text));
  const std::string limit =
      stopped({Each::process, Each::user}, move_of(candidate, {}));
  if (!limit.empty()) return reject(entry.verdict, Reason::limit, limit);
  return true;
}

std::vector<Selection::Entry*> Selection::open_entries() {
  std::vector<Entry*> open;
  for (Entry& entry : entries_)
    if (!entry.taken && eligible(entry)) open.push_back(&entry);
  return open;
}

bool Selection::pick_next(std::size_t left, Outcome& outcome) {
  if (tick_.ledger.in_flight() >= kMostInFlight) {
    report_.waits = fmt::format("{} moves are in flight", kMostInFlight);
    return false;
  }
  if (pair_rank_) rank();
  std::vector<Entry*> open = open_entries();
  const double wanted = number(policy_.skip, 0);
  const std::size_t spare = open.size() > left ? open.size() - left : 0;
  const std::size_t skip =
      usable(wanted) && wanted > 0
          ? std::min(static_cast<std::size_t>(wanted), spare)
          : 0;
  for (std::size_t i = skip; i < open.size(); ++i) {
    Entry& entry = *open[i];
    report_.waits = stopped({Each::cluster, Each::rule, Each::source},
                            move_of(entry.candidate, {}));
    if (!report_.waits.empty()) return false;
    const std::optional<Target> target = find_target(entry);
    if (!target) continue;
    take(entry, *target, outcome);
    return true;
  }
  return false;
}

std::optional<Target> Selection::find_target(Entry& entry) {
  if (policy_.place == Policy::Place::best)
    return Target{.kind = Target::Kind::best, .host = {}, .node = {}};
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
                .host = identity_.host_of(*candidate.home_node),
                .node = candidate.home_node};
  if (!target.host)
    return none(Reason::no_target,
                fmt::format("no target: its home, node {}, has no values",
                            *candidate.home_node));
  std::string why;
  if (!pair_allowed(entry, target, why))
    return none(Reason::no_target, "no target: " + why);
  return target;
}

/// What must hold of a pair, whatever the key.
bool Selection::pair_allowed(Entry& entry, const Target& target,
                             std::string& why) {
  const Candidate& candidate = entry.candidate;
  Binding binding = bind(candidate);
  binding.target = target.host;
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

std::optional<Selection::Keyed> Selection::judge_target(Entry& entry,
                                                        HostId host,
                                                        std::string& why) {
  const Candidate& candidate = entry.candidate;
  const Target target{.kind = Target::Kind::host,
                      .host = host,
                      .node = identity_.node_of(host)};
  if (host == candidate.runs_on ||
      (target.node && target.node == candidate.runs_on_node))
    return std::nullopt;
  if (!pair_allowed(entry, target, why)) return std::nullopt;
  if (policy_.key == nullptr) return Keyed{host, 0};
  Binding binding = bind(candidate);
  binding.target = host;
  const double key = code_.run(policy_.key->code, binding).number;
  if (usable(key)) return Keyed{host, key};
  why = fmt::format("{} {} has no value", name(host),
                    code_.missing().empty() ? "its key" : code_.missing());
  return std::nullopt;
}

std::optional<Target> Selection::best_of_range(Entry& entry) {
  std::vector<Keyed> keyed;
  std::string reasons;
  for (const HostId host : policy_.among) {
    std::string why;
    if (const auto good = judge_target(entry, host, why))
      keyed.push_back(*good);
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
  Target target = choose(entry, keyed);
  target.node = identity_.node_of(*target.host);
  return target;
}

Target Selection::choose(const Entry& entry, const std::vector<Keyed>& keyed) {
  const double within = number(policy_.within, 0);
  std::size_t equals = 1;
  while (policy_.within != nullptr && equals < keyed.size() &&
         std::fabs(keyed[equals].key - keyed[0].key) <= within)
    ++equals;
  const std::uint64_t hash = stable_hash(fmt::format(
      "{}/{}/{}", tick_.seed, entry.candidate.identity, tick_.number));
  return {.kind = Target::Kind::host,
          .host = keyed[equals == 1 ? 0 : hash % equals].host,
          .node = {}};
}

Move Selection::move_of(const Candidate& candidate,
                        const Target& target) const {
  Move move;
  move.process = candidate.identity;
  move.rule = run_.rule.name;
  move.run = run_.id;
  move.source = candidate.runs_on
                    ? name(*candidate.runs_on)
                    : fmt::format("node {}", *candidate.runs_on_node);
  move.target = name(target);
  move.user = candidate.user;
  move.asked_s = tick_.now_s;
  return move;
}

/// The first limit of one of these keys that the move would break, or "".
std::string Selection::stopped(const std::vector<Each>& keys,
                               const Move& move) const {
  const auto concerns = [&](const Policy::Limit& limit) {
    return std::find(keys.begin(), keys.end(), limit.each) != keys.end();
  };
  for (const Policy::Limit& limit : policy_.limits) {
    if (!concerns(limit)) continue;
    const double window_s = number(limit.per, limit.per_s);
    const auto n = static_cast<double>(
        tick_.ledger.recent(move, limit.each, window_s, tick_.now_s));
    if (n >= number(limit.count, 0)) return limit.text;
  }
  for (const Policy::Limit& limit : policy_.inflight) {
    if (!concerns(limit)) continue;
    const auto n =
        static_cast<double>(tick_.ledger.in_flight(move, limit.each));
    if (n >= number(limit.count, 0)) return limit.text;
  }
  return "";
}

}  // namespace balance
