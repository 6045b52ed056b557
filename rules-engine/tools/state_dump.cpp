#include "tools/state_dump.h"

#include <ctime>

#include <fmt/format.h>

#include "action/text_action.h"
#include "engine/report.h"

namespace balance {
namespace {

/// A value with more elements is only counted.
constexpr std::size_t kFew = 16;

std::string short_text(const Column& column) {
  if (column.size() * column.samples <= kFew) return value_text(column);
  return fmt::format("{} elements", column.size());
}

}  // namespace

void StateDump::use(const Program& program) {
  program_ = &program;
  columns_ = nullptr;
  ticks_.clear();
}

void StateDump::evaluated(const Task& task, const Evaluator& columns,
                          const Tick& tick) {
  columns_ = &columns;
  ticks_[static_cast<std::size_t>(&task - program_->tasks.data())] = tick;
  ++evaluations_;
  missed_ += tick.missed;
}

void StateDump::decided(const Decision& decision, double) {
  ++decided_;
  moving_[decision.move] = fmt::format("{}: {} {}", decision.rule,
                                       decision.word, move_text(decision));
}

void StateDump::fired(const Firing&, bool, double) {
  ++fired_;
}

void StateDump::ended(std::uint64_t move, MoveState, const std::string&,
                      double) {
  moving_.erase(move);
}

std::string StateDump::task_text(std::size_t at) const {
  const Task& task = program_->tasks[at];
  const auto tick = ticks_.find(at);
  std::string out = fmt::format("task {}: every {} sec", at + 1, task.delta_s);
  if (tick != ticks_.end())
    out += fmt::format(", last {}, which took {:.3f} sec",
                       ctime_text(static_cast<std::time_t>(tick->second.now_s)),
                       tick->second.took_s);
  out += '\n';
  for (std::size_t i = task.first; i < task.first + task.count; ++i) {
    const Rule& rule = program_->rules[i];
    if (!rule.show) continue;
    out += fmt::format("  {} ({})", rule.name, rule.origin.place);
    // A ruleset has no column of its own.
    if (tick != ticks_.end() && rule.shown != kNoSlot)
      out += ": " + short_text(columns_->column(rule.shown));
    out += '\n';
  }
  return out;
}

std::string StateDump::text() const {
  std::string out = fmt::format(
      "{} evaluations, {} missed, {} actions, {} moves, {} of them under way\n",
      evaluations_, missed_, fired_, decided_, moving_.size());
  for (HostId host = 0; host < program_->hosts.size(); ++host)
    out += fmt::format(
        "host {}: {}\n",
        program_->hosts[host].empty() ? "(default)" : program_->hosts[host],
        host_name_(host));
  for (std::size_t i = 0; i < program_->tasks.size(); ++i) out += task_text(i);
  for (const auto& [move, text] : moving_) out += "moving: " + text + '\n';
  return out;
}

}  // namespace balance
