#include "eval/decider.h"

#include <algorithm>

#include "eval/operations.h"

namespace balance {
namespace {

/// Records of moves that ended are kept at least so long, for whoever reads the
/// rules anew with longer times, and at most so long.
constexpr double kKeepLeast_s = 3600;
constexpr double kKeepMost_s = 7 * 24 * 3600.0;

}  // namespace

Decider::Decider(const Program& program, Options options)
    : program_(program),
      options_(std::move(options)),
      evaluator_(program),
      code_(program, evaluator_, books_),
      keep_s_(
          std::clamp(longest_look_back_s(program), kKeepLeast_s, kKeepMost_s)),
      rulesets_(program.rules.size()) {
  for (const Rule& rule : program.rules) plugin_.push_back(has_plugin(rule));
  // Nothing is looked up for actions that nobody asks for.
  const std::set<std::string> words = plugin_words(program);
  std::erase_if(options_.needs,
                [&](const auto& each) { return !words.contains(each.first); });
}

void Decider::begin(const Snapshot& snapshot) {
  ++evaluation_;
  moved_.clear();
  books_.refresh(ledger_, snapshot);
  ledger_.forget(keep_s_, snapshot.now_s());
  for (const auto& [word, needs] : options_.needs)
    if (!needs.moves.empty())
      seen_[needs.moves].look(needs, snapshot, program_.hosts, ledger_);
}

Outcome Decider::evaluate(const Rule& rule, const Snapshot& snapshot) {
  Outcome outcome;
  const bool acts = !options_.may_act || options_.may_act(rule);
  if (!plugin_[index_of(rule)]) {
    const auto due = due_at(rule, kNoHost);
    if (rule.is_ruleset) note_ruleset(rule, due);
    if (due && acts) run_action({rule, snapshot, outcome}, *due, *due->action);
    return outcome;
  }
  if (!acts) return outcome;
  std::vector<Due> due;
  for (const HostId host : hosts_of(rule))
    if (auto found = due_at(rule, host)) due.push_back(*found);
  // Worst host first; among equals as written.
  std::stable_sort(due.begin(), due.end(), [](const Due& a, const Due& b) {
    if (a.rank != b.rank) return a.rank < b.rank;
    if (!a.value || !b.value) return a.value.has_value() && !b.value;
    return a.branch->lowest_first ? *a.value < *b.value : *a.value > *b.value;
  });
  for (const Due& each : due)
    run_action({rule, snapshot, outcome, outcome.decisions.size()}, each,
               *each.action);
  return outcome;
}

void Decider::note_ruleset(const Rule& rule, const std::optional<Due>& due) {
  Tri value = Tri::no;
  if (due)
    value = due->action == (rule.unknown ? &*rule.unknown : nullptr)
                ? Tri::unknown
                : Tri::yes;
  else if (!rule.branches.empty())
    value = truth_at(rule.branches.back().condition, kNoHost);
  Column& column = rulesets_[index_of(rule)];
  column.type = Type::truth;
  column.index = single_index();
  resize(column);
  column.truths[0] = value;
}

/// The hosts that are decided one by one; one kNoHost for a rule of text
/// actions, or with a single condition.
std::vector<HostId> Decider::hosts_of(const Rule& rule) const {
  if (plugin_[index_of(rule)])
    for (const Branch& branch : rule.branches) {
      const Column& condition = evaluator_.column(branch.condition);
      if (!condition.index->single()) return condition.index->hosts;
    }
  return {kNoHost};
}

Tri Decider::truth_at(Slot condition, HostId host) const {
  const Column& column = evaluator_.column(condition);
  if (column.index->single()) return column.truths[0];
  Tri out = Tri::no;
  bool any = false;
  for (std::size_t i = 0; i < column.size(); ++i) {
    if (!column.index->single() && host != kNoHost &&
        column.index->keys[i].host != host)
      continue;
    out = either(out, column.truths[i]);
    any = true;
  }
  return any ? out : Tri::unknown;
}

std::optional<double> Decider::value_at(const Branch& branch,
                                        HostId host) const {
  if (branch.value == kNoSlot) return std::nullopt;
  const Column& column = evaluator_.column(branch.value);
  if (column.type != Type::number) return std::nullopt;
  std::optional<double> worst;
  for (std::size_t i = 0; i < column.size(); ++i) {
    if (!column.index->single() && host != kNoHost &&
        column.index->keys[i].host != host)
      continue;
    const double x = column.numbers[i * column.samples];
    if (!has_number(x)) continue;
    if (!worst || (branch.lowest_first ? x < *worst : x > *worst)) worst = x;
  }
  return worst;
}

std::optional<Decider::Due> Decider::due_at(const Rule& rule,
                                            HostId host) const {
  bool all_unknown = !rule.branches.empty();
  for (std::size_t i = 0; i < rule.branches.size(); ++i) {
    const Branch& branch = rule.branches[i];
    const Tri truth = truth_at(branch.condition, host);
    if (truth == Tri::yes)
      return Due{
          host, &branch.action, &branch, i,
          has_plugin(branch.action) ? value_at(branch, host) : std::nullopt};
    all_unknown = all_unknown && truth == Tri::unknown;
  }
  const std::size_t last = rule.branches.size();
  if (all_unknown && rule.unknown)
    return Due{host, &*rule.unknown, nullptr, last, std::nullopt};
  if (rule.otherwise && !rule.branches.empty())
    return Due{host, &*rule.otherwise, nullptr, last + 1, std::nullopt};
  return std::nullopt;
}

bool Decider::run_action(const Context& context, const Due& due,
                         const Action& action) {
  if (!has_plugin(action)) return run_texts(context, due, action);
  const auto run = [&](const Action& part) {
    return run_action(context, due, part);
  };
  if (action.kind == Action::Kind::plugin)
    return run_plugin(context, due, action);
  if (action.kind == Action::Kind::either)
    return std::any_of(action.parts.begin(), action.parts.end(), run);
  bool success = true;
  for (const Action& part : action.parts) success = run(part) && success;
  return success;
}

std::vector<HostId> Decider::giving_hosts(const Due& due,
                                          const Action& action) const {
  if (due.host != kNoHost) return {due.host};
  std::vector<HostId> from = make_policy(action).from;
  return from.empty() ? std::vector<HostId>{0} : from;
}

bool Decider::run_plugin(const Context& context, const Due& due,
                         const Action& action) {
  const double now_s = context.snapshot.now_s();
  // While it waits it counts as what it was last; to wait is not to fail.
  bool& success =
      success_.try_emplace({action.id, due.host}, true).first->second;
  std::string waits;
  if (ledger_.held_off(action.id, due.host, action.hold_off_s, now_s))
    waits = "hold-off";
  else if (options_.waits)
    waits = options_.waits(action.word);
  if (!waits.empty()) {
    RunReport report;
    report.rule = context.rule.name;
    report.host = due.host;
    report.value = due.value;
    report.waits = std::move(waits);
    context.outcome.runs.push_back(std::move(report));
    return success;
  }
  static const Needs kNone;
  const auto found = options_.needs.find(action.word);
  const Identity identity(found == options_.needs.end() ? kNone : found->second,
                          context.snapshot, program_.hosts,
                          context.rule.delta_s);
  // `unknown` and `otherwise` have no condition of their own that filters.
  static const Column kSingle = [] {
    Column made;
    made.type = Type::truth;
    made.index = single_index();
    made.truths = {Tri::yes};
    return made;
  }();
  const Column& condition = due.branch == nullptr
                                ? kSingle
                                : evaluator_.column(due.branch->condition);
  std::vector<HostId> range;
  if (due.host != kNoHost) range = hosts_of(context.rule);
  const Run run{
      context.rule,     action,    due.host, giving_hosts(due, action),
      std::move(range), condition, ++runs_};
  Tick tick{ledger_, books_, moved_, now_s, evaluation_, options_.seed};
  Selection selection(program_, evaluator_, code_, identity, tick, run);
  const RunEnd end = selection.execute(context.outcome);
  context.outcome.runs.back().value = due.value;
  if (end == RunEnd::asked) ledger_.asked(action.id, due.host, now_s);
  if (end != RunEnd::waiting) success = end == RunEnd::asked;
  return success;
}

std::string Decider::host_name(HostId host) const {
  return options_.host_name ? options_.host_name(host) : program_.hosts[host];
}

std::string Decider::connection(HostId host) const {
  return options_.connection ? options_.connection(host) : program_.hosts[host];
}

/// What the condition names, of the host in question.
std::vector<Subject> Decider::named(const Due& due) const {
  std::vector<Subject> out;
  const bool bound = due.branch != nullptr && due.branch->binding != kNoSlot;
  if (bound) {
    const Column& binding = evaluator_.column(due.branch->binding);
    for (std::size_t i = 0; i < binding.size(); ++i) {
      const Key& key = binding.index->keys[i];
      if (due.host != kNoHost && key.host != due.host) continue;
      if (binding.type == Type::truth &&
          binding.truths[i * binding.samples] != Tri::yes)
        continue;
      out.push_back(subject(*due.branch, binding, i));
    }
  }
  // About nothing but itself, or the host, which is true.
  const bool of_host = due.host != kNoHost && out.empty();
  if (!bound || of_host) out.emplace_back().value = "true";
  if (of_host) {
    out.back().host = host_name(due.host);
    out.back().connection = connection(due.host);
  }
  return out;
}

std::vector<Subject> Decider::subjects(const Context& context,
                                       const Due& due) const {
  std::vector<Subject> out = named(due);
  const std::vector<Decision>& all = context.outcome.decisions;
  std::vector<Subject> moves;
  for (std::size_t i = context.decided; i < all.size(); ++i) {
    Subject subject = out.empty() ? Subject{} : out.front();
    subject.process = first_word(all[i].candidate.name);
    subject.source = all[i].source;
    subject.target = all[i].target_name;
    moves.push_back(std::move(subject));
  }
  return moves.empty() ? out : moves;
}

/// The element `at` of the binding column.
Subject Decider::subject(const Branch& branch, const Column& binding,
                         std::size_t at) const {
  Subject out;
  Key key = binding.index->keys[at];
  out.instance = binding.index->names[at];
  append_samples(out.value, binding, at);
  if (branch.extreme != kNoSlot) {
    // The first element that has the extreme value.
    const double value = binding.numbers[at * binding.samples];
    const Column& all = evaluator_.column(branch.extreme);
    for (std::size_t i = 0; i < all.size(); ++i) {
      const bool here =
          key.host == kNoHost || all.index->keys[i].host == key.host;
      if (!here || all.numbers[i] != value) continue;
      key = all.index->keys[i];
      out.instance = all.index->names[i];
      break;
    }
  } else if (branch.value != kNoSlot) {
    // A join may have put the elements in another order.
    const Column& values = evaluator_.column(branch.value);
    const auto same =
        std::find(values.index->keys.begin(), values.index->keys.end(), key);
    if (same != values.index->keys.end()) {
      out.value.clear();
      append_samples(
          out.value, values,
          static_cast<std::size_t>(same - values.index->keys.begin()));
    }
  }
  if (key.host != kNoHost) {
    out.host = host_name(key.host);
    out.connection = connection(key.host);
  }
  return out;
}

/// Has any element of the binding a value?
bool Decider::binding_known(const Due& due) const {
  if (due.branch == nullptr || due.branch->binding == kNoSlot) return false;
  const Column& binding = evaluator_.column(due.branch->binding);
  for (std::size_t i = 0; i < binding.size(); ++i)
    if (element(binding, i * binding.samples).known()) return true;
  return false;
}

/// What is said is put together when something is carried out: most often a
/// hold-off stands before it.
bool Decider::run_texts(const Context& context, const Due& due,
                        const Action& action) {
  std::optional<Firing> made;
  const auto about = [&]() -> const Firing& {
    if (made) return *made;
    made.emplace();
    made->rule = context.rule.name;
    made->subjects = subjects(context, due);
    made->nothing = made->subjects.empty() && binding_known(due);
    made->moves = plugin_[index_of(context.rule)];
    return *made;
  };
  if (options_.hand_over && takes_long(action))
    return options_.hand_over(action, about());
  return texts_.run(action, about, context.snapshot.now_s(), options_.execute);
}

}  // namespace balance
