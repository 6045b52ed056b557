#include "engine/engine.h"

#include <cmath>
#include <ctime>
#include <set>

#include <fmt/format.h>

#include "action/text_action.h"
#include "engine/report.h"

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
                                 const EngineWorld& world) {
  Decider::Options out;
  out.seed = options.seed;
  out.host_name = world.host_name;
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
      options_(options),
      world_(std::move(world)),
      decider_(program, decider_options(plugins, options, world_)) {
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
  const double epoch_s = world_.now_s();
  Schedule schedule(program_.rules, epoch_s);
  std::uint64_t ticks = 0;
  while (!program_.rules.empty()) {
    if (options_.samples && ticks >= *options_.samples) break;
    const double next_s = schedule.next_s();
    if (options_.runtime_s && next_s > epoch_s + *options_.runtime_s) break;
    if (!world_.wait(next_s)) break;
    const Schedule::Tick due = schedule.take(world_.now_s());
    if (due.rules.empty()) continue;
    tick(due);
    ++ticks;
  }
}

void Engine::tick(const Schedule::Tick& due) {
  if (due.missed > 0) {
    missed_ += due.missed;
    world_.log(
        fmt::format("{} evaluations missed, {} in all", due.missed, missed_));
  }
  end_moves(due.at_s);
  const Snapshot snapshot = source_.take(due.at_s);
  decider_.begin(snapshot);
  for (const std::size_t i : due.rules) {
    const Rule& rule = program_.rules[i];
    carry_out(rule, decider_.evaluate(rule, snapshot), due.at_s);
  }
  if (options_.values) show_values(due);
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
    at = rehearsed_.erase(at);
  }
}

void Engine::end_move(std::uint64_t move, MoveState state,
                      const std::string& reason, double now_s) {
  decider_.end(move, state, now_s);
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
  for (const Firing& firing : outcome.firings) fire(firing, now_s);
}

void Engine::ask(const Rule& rule, const Decision& decision, double now_s) {
  const std::string what =
      fmt::format("{} {}", decision.word, move_text(decision));
  if (options_.dry_run) {
    rehearsed_[decision.move] = now_s + rule.delta_s;
    world_.print(print_line(static_cast<std::time_t>(now_s),
                            {decision.rule, ": would ", what}));
    return;
  }
  const std::string& job = decision.candidate.job;
  moving_[decision.move] = fmt::format("{}: {}", decision.rule, what);
  world_.log(fmt::format("{}: asked{}", moving_[decision.move],
                         job.empty() ? "" : ", job " + job));
  if (!worker_->submit(make_call(decision)))
    end_move(decision.move, MoveState::refused, "too many actions wait", now_s);
}

void Engine::fire(const Firing& firing, double now_s) {
  const auto now = static_cast<std::time_t>(now_s);
  if (firing.kind == Action::Kind::print) {
    world_.print(print_line(now, firing.arguments));
  } else if (firing.kind == Action::Kind::syslog) {
    if (options_.dry_run)
      world_.print("syslog " + print_line(now, firing.arguments));
    else
      write_syslog(syslog_message(firing.arguments));
  } else {
    world_.log(fmt::format("{}: this action is not supported", firing.rule));
  }
}

void Engine::show_values(const Schedule::Tick& due) {
  const auto when = static_cast<std::time_t>(due.at_s);
  std::string stamp;
  if (options_.times) {
    const std::string line = print_line(when, {});
    stamp = fmt::format(" ({})", line.substr(0, line.rfind(": ")));
  }
  std::string out;
  for (const std::size_t i : due.rules) {
    const Rule& rule = program_.rules[i];
    if (!rule.show) continue;
    const Column& column = decider_.evaluator().column(rule.columns.result);
    out += fmt::format("{}{}: {}\n", rule.name, stamp, value_text(column));
  }
  world_.print(out + '\n');
}

}  // namespace balance
