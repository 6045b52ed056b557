#include "eval/selection.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "eval/join.h"

namespace balance {
namespace {

/// The engine's own ceiling of moves asked and not ended.
constexpr std::size_t kMostInFlight = 64;

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
  if (policy_.among.empty() && policy_.table == kNoSlot)
    policy_.among = run.range;
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
  const RunEnd end = taken > 0               ? RunEnd::asked
                     : report_.waits.empty() ? RunEnd::nothing
                                             : RunEnd::waiting;
  end_report(outcome, taken == most);
  return end;
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
  if (target.at.row) return std::string(first_word(target.at.row->name));
  if (target.at.host) return name(*target.at.host);
  return target.node ? fmt::format("node {}", *target.node) : "home";
}

void Selection::gather() {
  if (policy_.by == nullptr) return;
  for (const Slot slot : code_.candidate_columns(policy_.by->code)) {
    const Column& column = columns_.column(slot);
    if (!column.index) continue;
    bool processes = false;
    for (const HostId host : run_.hosts)
      processes = gather_at(host, column) || processes;
    if (processes) return;
  }
}

/// False: the column has a value of the host, and none of processes.
bool Selection::gather_at(HostId host, const Column& column) {
  const Index& index = *column.index;
  const auto listed = std::find(index.hosts.begin(), index.hosts.end(), host);
  if (listed == index.hosts.end()) return false;
  const auto at = static_cast<std::size_t>(listed - index.hosts.begin());
  for (std::size_t i = index.starts[at]; i < index.starts[at + 1]; ++i) {
    const Key& key = index.keys[i];
    if (!key.has_instance()) return false;
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
  return true;
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

double Selection::key_of(const Entry& entry,
                         const std::optional<Target>& target) {
  Binding binding = bind(entry.candidate);
  if (target) binding.target = &target->at;
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
  Move any;
  any.rule = run_.rule.name;
  any.run = run_.id;
  report_.waits = stopped({Each::cluster, Each::rule}, any);
  if (!report_.waits.empty()) return false;
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
    report_.waits = stopped({Each::source}, move_of(entry.candidate, {}));
    if (!report_.waits.empty()) return false;
    const std::optional<Target> target = find_target(entry);
    if (!target) continue;
    take(entry, *target, outcome);
    return true;
  }
  return false;
}

std::string Selection::source_of(const Candidate& candidate) const {
  if (candidate.runs_on) return name(*candidate.runs_on);
  if (candidate.row) return std::string(first_word(candidate.row->name));
  return fmt::format("node {}", *candidate.runs_on_node);
}

Move Selection::move_of(const Candidate& candidate,
                        const Target& target) const {
  Move move;
  move.process = candidate.identity;
  move.rule = run_.rule.name;
  move.run = run_.id;
  move.source = source_of(candidate);
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
