#include "engine/engine.h"

#include <algorithm>
#include <chrono>
#include <set>

#include <fmt/format.h>

#include "action/text_action.h"

namespace balance {
namespace {

Needs needs_of(const pmb_action& table) {
  Needs out;
  for (std::size_t i = 0; i < table.n_needs; ++i) {
    const pmb_need& need = table.needs[i];
    switch (need.what) {
      case PMB_NEED_JOB:
        out.job = need.metric;
        break;
      case PMB_NEED_HOME:
        out.home = need.metric;
        break;
      case PMB_NEED_WHERE:
        out.where = need.metric;
        break;
      case PMB_NEED_USER:
        out.user = need.metric;
        break;
      case PMB_NEED_NODE:
        out.node = need.metric;
        break;
    }
  }
  return out;
}

Decider::Options decider_options(const Plugins& plugins,
                                 const EngineOptions& options,
                                 const EngineWorld& world,
                                 std::function<bool(const Firing&)> execute) {
  Decider::Options out;
  out.seed = options.seed;
  out.host_name = world.host_name;
  out.connection = world.connection;
  out.execute = std::move(execute);
  for (const auto& plugin : plugins)
    out.needs[std::string(plugin->word())] = needs_of(plugin->table());
  return out;
}

int target_node(const Target& target) {
  if (target.kind == Target::Kind::best) return PMB_NODE_BEST;
  if (target.kind == Target::Kind::home) return PMB_NODE_HOME;
  return target.node.value_or(PMB_NODE_UNKNOWN);
}

Call make_call(const Decision& decision) {
  const Candidate& candidate = decision.candidate;
  Call out;
  out.move = decision.move;
  out.word = decision.word;
  out.rule = decision.rule;
  out.job = candidate.job;
  out.pid = candidate.key.instance;
  out.process = candidate.name;
  out.source_host = decision.source;
  out.source_node = candidate.runs_on_node.value_or(PMB_NODE_UNKNOWN);
  out.target_host = decision.target_name;
  out.target_node = target_node(decision.target);
  for (const auto& [word, value] : decision.extra) {
    const int truth =
        value.truth == Tri::unknown ? -1 : value.truth == Tri::yes;
    out.extra.push_back({word, value.number, truth, value.text.value_or("")});
  }
  return out;
}

}  // namespace

Engine::Engine(const Program& program, Source& source, const Plugins& plugins,
               EngineOptions options, EngineWorld world)
    : program_(program),
      source_(source),
      plugins_(plugins),
      options_(std::move(options)),
      world_(std::move(world)),
      decider_(program, decider_options(plugins, options_, world_,
                                        [this](const Firing& firing) {
                                          return fire(firing);
                                        })) {
  options_.dry_run = options_.dry_run || options_.archive;
  if (!options_.dry_run)
    worker_ = std::make_unique<ActionWorker>(plugins_, ActionWorker::Limits{});
}

/// What the rules name, and of all their hosts what the plugins need.
void Engine::want_metrics() {
  std::set<HostId> hosts;
  for (const MetricUse& use : program_.metrics)
    for (const HostId host : use.hosts) {
      source_.want(use.name, host);
      hosts.insert(host);
    }
  for (const auto& plugin : plugins_)
    for (std::size_t i = 0; i < plugin->table().n_needs; ++i) {
      const std::string metric = plugin->table().needs[i].metric;
      for (const HostId host : hosts)
        if (!metric.empty()) source_.want(metric, host);
    }
}

void Engine::run() {
  want_metrics();
  Schedule schedule(program_.tasks, options_.begin_s.value_or(world_.now_s()));
  std::uint64_t ticks = 0;
  while (!program_.tasks.empty()) {
    if (options_.samples && ticks >= *options_.samples) break;
    const auto due = next(schedule);
    if (!due) break;
    if (due->tasks.empty()) continue;
    tick(*due);
    ++ticks;
  }
}

/// Waits for what is due next; nothing: the end.
std::optional<Schedule::Tick> Engine::next(Schedule& schedule) {
  // Scheduled times are sums of deltas: a microsecond covers their rounding.
  constexpr double kSlack_s = 1e-6;
  const auto over = [&](double at_s) {
    return options_.end_s && at_s > *options_.end_s + kSlack_s;
  };
  if (world_.next_record_s) {
    const auto record_s = world_.next_record_s();
    if (!record_s || over(*record_s) || !world_.wait(*record_s))
      return std::nullopt;
    Schedule::Tick out{.at_s = *record_s, .tasks = {}};
    for (std::size_t i = 0; i < program_.tasks.size(); ++i)
      out.tasks.push_back(i);
    return out;
  }
  const double next_s = schedule.next_s();
  if (over(next_s) || !world_.wait(next_s)) return std::nullopt;
  // An archive has no time of its own that could pass.
  return schedule.take(options_.archive ? next_s : world_.now_s());
}

void Engine::tick(const Schedule::Tick& due) {
  if (due.missed > 0) {
    missed_ += due.missed;
    world_.log(
        fmt::format("{} evaluations missed, {} in all", due.missed, missed_));
  }
  now_s_ = due.at_s;
  end_moves(due.at_s);
  using Clock = std::chrono::steady_clock;
  const auto begin = Clock::now();
  const Snapshot snapshot = source_.take(due.at_s);
  decider_.begin(snapshot);
  for (const std::size_t i : due.tasks) {
    const Task& task = program_.tasks[i];
    decider_.columns(task, snapshot);
    if (!world_.observers.empty()) {
      const std::chrono::duration<double> took = Clock::now() - begin;
      tell_observers(task,
                     {.now_s = due.at_s,
                      .took_s = took.count(),
                      .age_s = 0,
                      .missed = i == due.tasks.front() ? due.missed : 0},
                     snapshot);
    }
    evaluate(task, snapshot);
  }
}

void Engine::tell_observers(const Task& task, Observer::Tick tick,
                            const Snapshot& snapshot) {
  for (FeedId feed = 0; feed < snapshot.feeds()->size(); ++feed)
    if (const Sample* sample = snapshot.at(feed))
      tick.age_s = std::max(tick.age_s, tick.now_s - sample->received_s);
  for (Observer* observer : world_.observers)
    observer->evaluated(task, decider_.evaluator(), tick);
}

void Engine::evaluate(const Task& task, const Snapshot& snapshot) {
  for (std::size_t i = task.first; i < task.first + task.count; ++i) {
    const Rule& rule = program_.rules[i];
    if (rule.branches.empty()) continue;
    carry_out(rule, decider_.evaluate(rule, snapshot), snapshot.now_s());
  }
  if (options_.show.style != ValueStyle::none)
    show_values(task, snapshot.now_s());
}

void Engine::end_moves(double now_s) {
  if (worker_)
    for (const CallOutcome& each : worker_->take_ended()) {
      MoveState state = MoveState::failed;
      if (each.state == PMB_DONE) state = MoveState::done;
      if (each.state == PMB_REFUSED) state = MoveState::refused;
      end_move(each.move, state, each.reason, now_s);
    }
  for (auto at = rehearsed_.begin(); at != rehearsed_.end();) {
    if (at->second > now_s + 1e-3) {
      ++at;
      continue;
    }
    decider_.end(at->first, MoveState::done, now_s);
    for (Observer* observer : world_.observers)
      observer->ended(at->first, MoveState::done, "", now_s);
    at = rehearsed_.erase(at);
  }
}

void Engine::end_move(std::uint64_t move, MoveState state,
                      const std::string& reason, double now_s) {
  decider_.end(move, state, now_s);
  for (Observer* observer : world_.observers)
    observer->ended(move, state, reason, now_s);
  std::string text = state == MoveState::done      ? "done"
                     : state == MoveState::refused ? "refused"
                                                   : "failed";
  if (!reason.empty()) text += ": " + reason;
  world_.log(fmt::format("{}: {}", moving_[move], text));
  moving_.erase(move);
}

void Engine::carry_out(const Rule& rule, const Outcome& outcome, double now_s) {
  if (options_.explain)
    for (const RunReport& run : outcome.runs)
      world_.print(explain(run, program_, now_s));
  for (const Decision& decision : outcome.decisions) ask(rule, decision, now_s);
}

void Engine::ask(const Rule& rule, const Decision& decision, double now_s) {
  for (Observer* observer : world_.observers)
    observer->decided(decision, now_s);
  const std::string move = move_text(decision);
  if (options_.dry_run) {
    rehearsed_[decision.move] = now_s + rule.delta_s;
    const std::string when = ctime_text(static_cast<std::time_t>(now_s));
    world_.print(options_.archive
                     ? fmt::format("{} {}: {}: {}\n", decision.word, when,
                                   decision.rule, move)
                     : fmt::format("{}: {}: would {} {}\n", when, decision.rule,
                                   decision.word, move));
    return;
  }
  const std::string& job = decision.candidate.job;
  moving_[decision.move] =
      fmt::format("{}: {} {}", decision.rule, decision.word, move);
  world_.log(fmt::format("{}: asked{}", moving_[decision.move],
                         job.empty() ? "" : ", job " + job));
  if (!worker_->submit(make_call(decision)))
    end_move(decision.move, MoveState::refused, "too many actions wait", now_s);
}

bool Engine::fire(const Firing& firing) {
  const bool success = !world_.act || world_.act(firing, now_s_);
  for (Observer* observer : world_.observers)
    observer->fired(firing, success, now_s_);
  return success;
}

void Engine::show_values(const Task& task, double now_s) {
  static const Column unknown = [] {
    Column made;
    made.type = Type::truth;
    made.index = single_index();
    resize(made);
    return made;
  }();
  const auto shown = [this](const Rule& rule) {
    const Evaluator& columns = decider_.evaluator();
    ShownColumns out;
    out.value = rule.is_ruleset         ? &decider_.ruleset_value(rule)
                : rule.shown == kNoSlot ? &unknown
                                        : &columns.column(rule.shown);
    if (rule.shown_binding != kNoSlot)
      out.binding = &columns.column(rule.shown_binding);
    if (rule.shown_value != kNoSlot)
      out.bound = &columns.column(rule.shown_value);
    if (rule.shown_extreme != kNoSlot)
      out.extreme = &columns.column(rule.shown_extreme);
    return out;
  };
  world_.print(values_text(program_, task, now_s, shown, options_.show));
}

}  // namespace balance
