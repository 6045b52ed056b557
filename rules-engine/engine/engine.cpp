#include "engine/engine.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "action/text_action.h"
#include "engine/calls.h"

namespace balance {
namespace {

/// How long the first tick waits for plugins to say that they are ready.
constexpr std::chrono::milliseconds kReadyPatience{500};

/// Scheduled times are sums of deltas: this covers their rounding.
constexpr double kInstant_s = 1e-6;

}  // namespace

Engine::Engine(const Program& program, Source& source, const Plugins& plugins,
               EngineOptions options, EngineWorld world)
    : program_(&program),
      source_(source),
      plugins_(plugins),
      options_(std::move(options)),
      world_(std::move(world)) {
  options_.dry_run = options_.dry_run || options_.archive;
  decider_ = std::make_unique<Decider>(program, decider_options());
  decider_->remember(options_.moves);
  if (!options_.dry_run)
    worker_ = std::make_unique<ActionWorker>(plugins_, ActionWorker::Limits{},
                                             options_.rules);
}

Decider::Options Engine::decider_options() {
  Decider::Options out;
  out.seed = options_.seed;
  out.host_name = world_.host_name;
  out.connection = world_.connection;
  out.may_act = world_.may_act;
  out.execute = [this](const Firing& firing) { return fire(firing); };
  if (world_.hand_over)
    out.hand_over = [this](const Action& action, const Firing& about) {
      return hand_over(action, about);
    };
  if (!options_.dry_run)
    out.waits = [this](const std::string& word) {
      return worker_->waits(word);
    };
  for (const auto& plugin : plugins_)
    out.needs[std::string(plugin->word())] = needs_of(plugin->table());
  return out;
}

void Engine::run() {
  wants_ = std::make_unique<Wants>(*program_, plugins_, source_);
  schedule_.emplace(program_->tasks, options_.begin_s.value_or(world_.now_s()));
  if (worker_) {
    worker_->use(wants_->words());
    worker_->await_ready(kReadyPatience);
  }
  std::uint64_t ticks = 0;
  while (!program_->tasks.empty()) {
    if (options_.samples && ticks >= *options_.samples) break;
    take_reload();
    const auto due = next();
    if (!due) break;
    if (due->tasks.empty()) continue;
    tick(*due);
    ++ticks;
  }
  if (world_.drain) world_.drain();
  end_texts();
}

void Engine::take_reload() {
  if (!world_.reload) return;
  const auto reload = world_.reload();
  if (!reload) return;
  if (reload->program != nullptr) use(*reload->program);
  for (Observer* observer : world_.observers)
    observer->config_ok(reload->program != nullptr);
}

/// What did not change goes on: state of expressions, the ledger, times.
void Engine::use(const Program& program) {
  auto decider = std::make_unique<Decider>(program, decider_options());
  decider->adopt(*decider_);
  decider_ = std::move(decider);
  program_ = &program;
  wants_ = std::make_unique<Wants>(program, plugins_, source_);
  due_.clear();
  if (worker_) worker_->use(wants_->words());
  // What was evaluated last is not due once more.
  const double from_s = std::max(world_.now_s(), now_s_ + kInstant_s);
  schedule_.emplace(program.tasks, schedule_->epoch_s(), from_s);
  for (Observer* observer : world_.observers) observer->use(program);
}

/// Waits for what is due next; nothing: the end.
std::optional<Schedule::Tick> Engine::next() {
  const auto over = [&](double at_s) {
    return options_.end_s && at_s > *options_.end_s + kInstant_s;
  };
  if (world_.next_record_s) {
    const auto record_s = world_.next_record_s();
    if (!record_s || over(*record_s) || !world_.wait(*record_s))
      return std::nullopt;
    Schedule::Tick out{.at_s = *record_s, .tasks = {}};
    for (std::size_t i = 0; i < program_->tasks.size(); ++i)
      out.tasks.push_back(i);
    return out;
  }
  const double next_s = schedule_->next_s();
  if (over(next_s) || !world_.wait(next_s)) return std::nullopt;
  // An archive has no time of its own that could pass.
  return schedule_->take(options_.archive ? next_s : world_.now_s());
}

void Engine::tick(const Schedule::Tick& due) {
  if (due.missed > 0) {
    missed_ += due.missed;
    world_.log(
        fmt::format("{} evaluations missed, {} in all", due.missed, missed_));
  }
  now_s_ = due.at_s;
  end_moves(due.at_s);
  end_texts();
  say_who_waits();
  // It holds until something else is due.
  if (due.tasks != due_) {
    due_ = due.tasks;
    source_.due(wants_->of(due_));
  }
  using Clock = std::chrono::steady_clock;
  const auto begin = Clock::now();
  const Snapshot snapshot = source_.take(due.at_s);
  decider_->begin(snapshot);
  for (const std::size_t i : due.tasks) {
    const Task& task = program_->tasks[i];
    decider_->columns(task, snapshot);
    if (!world_.observers.empty()) {
      const std::chrono::duration<double> took = Clock::now() - begin;
      tell_observers(i,
                     {.now_s = due.at_s,
                      .took_s = took.count(),
                      .age_s = 0,
                      .missed = i == due.tasks.front() ? due.missed : 0},
                     snapshot);
    }
    evaluate(task, snapshot);
  }
  say_doubts();
  if (world_.keep && std::exchange(moves_changed_, false))
    world_.keep(decider_->ledger().moves());
}

void Engine::tell_observers(std::size_t task, Observer::Tick tick,
                            const Snapshot& snapshot) {
  const double delta_s = program_->tasks[task].delta_s;
  for (const FeedId feed : wants_->of(task)) {
    const Sample* sample = snapshot.at(feed);
    if (sample != nullptr && is_fresh(*sample, tick.now_s, delta_s))
      tick.age_s = std::max(tick.age_s, tick.now_s - sample->received_s);
  }
  for (Observer* observer : world_.observers)
    observer->evaluated(program_->tasks[task], decider_->evaluator(), tick);
}

void Engine::evaluate(const Task& task, const Snapshot& snapshot) {
  for (std::size_t i = task.first; i < task.first + task.count; ++i) {
    const Rule& rule = program_->rules[i];
    if (rule.branches.empty()) continue;
    carry_out(rule, decider_->evaluate(rule, snapshot), snapshot.now_s());
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
    decider_->end(at->first, MoveState::done, now_s);
    for (Observer* observer : world_.observers)
      observer->ended(at->first, MoveState::done, "", now_s);
    at = rehearsed_.erase(at);
  }
}

void Engine::end_move(std::uint64_t move, MoveState state,
                      const std::string& reason, double now_s) {
  decider_->end(move, state, now_s);
  moves_changed_ = true;
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
      world_.print(explain(run, *program_, now_s));
  for (const Decision& decision : outcome.decisions) ask(rule, decision, now_s);
}

void Engine::ask(const Rule& rule, const Decision& decision, double now_s) {
  moves_changed_ = true;
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
  tell_fired(firing, success);
  return success;
}

void Engine::tell_fired(const Firing& firing, bool success) {
  for (Observer* observer : world_.observers)
    observer->fired(firing, success, now_s_);
}

/// Said once, until it is accepted again.
bool Engine::hand_over(const Action& action, const Firing& about) {
  const std::string why =
      world_.hand_over({std::make_shared<const Action>(action), about, now_s_});
  if (why.empty())
    late_.erase(action.id);
  else if (late_.insert(action.id).second)
    world_.log(fmt::format("{}: its action is left out: {}", about.rule, why));
  return why.empty();
}

void Engine::end_texts() {
  if (!world_.take_done) return;
  for (const TextDone& each : world_.take_done())
    tell_fired(each.firing, each.success);
}

void Engine::say_doubts() {
  for (const Evaluator::Doubt& doubt : decider_->take_doubts()) {
    const auto& [host, word] = doubt.elements;
    world_.log(fmt::format(
        "{}: more than one instance of {} has the first word {}: none of them "
        "has a value",
        doubt.expression, decider_->host_name(host), word));
  }
}

void Engine::say_who_waits() {
  if (!worker_) return;
  for (const std::string& word : wants_->words()) {
    std::string why = worker_->waits(word);
    std::string& said = waits_[word];
    if (why == said) continue;
    world_.log(why.empty() ? word + ": acts"
                           : fmt::format("{}: does not act: {}", word, why));
    said = std::move(why);
  }
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
    const Evaluator& columns = decider_->evaluator();
    ShownColumns out;
    out.value = rule.is_ruleset         ? &decider_->ruleset_value(rule)
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
  world_.print(values_text(*program_, task, now_s, shown, options_.show));
}

}  // namespace balance
