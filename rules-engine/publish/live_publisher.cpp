#include "publish/live_publisher.h"

#include <cmath>

#include <fmt/format.h>

#include "base/stable_hash.h"
#include "publish/mmv_text.h"
#include "record/decision_facts.h"

namespace balance {
namespace {

MmvFile::Value or_nothing(const std::optional<double>& number) {
  return number ? MmvFile::Value(*number) : MmvFile::Value();
}

std::size_t slot_of(std::uint64_t move) {
  return static_cast<std::size_t>((move - 1) % kDecisionSlots);
}

}  // namespace

base::Result<std::unique_ptr<LivePublisher>> LivePublisher::open(
    const std::string& name, const Program& program, Log log) {
  std::unique_ptr<LivePublisher> out(new LivePublisher(
      choose_mmv_name(MmvFile::folder(), name), std::move(log)));
  out->add_rules(program);
  if (const auto made = out->make_file(); !made)
    return tl::make_unexpected(made.error());
  return out;
}

/// A rule of a known name goes on as it was.
void LivePublisher::add_rules(const Program& program) {
  std::map<std::string, Line> known;
  for (Line& line : lines_) known.emplace(line.rule, std::move(line));
  program_ = &program;
  lines_.clear();
  by_rule_.clear();
  line_of_.assign(program.rules.size(), kNotShown);
  std::set<std::string> names;
  std::set<int> ids;
  for (std::size_t i = 0; i < program.rules.size(); ++i) {
    const Rule& rule = program.rules[i];
    if (!rule.show) continue;
    if (!by_rule_.contains(rule.name)) {
      if (lines_.size() == kMostRules) continue;
      Line& line = lines_.emplace_back();
      if (const auto before = known.find(rule.name); before != known.end())
        line = std::move(before->second);
      const std::string plain = fit_text(instance_name(rule.name));
      line.rule = rule.name;
      line.acts = false;
      line.instance.name = plain;
      for (int k = 2; !names.insert(line.instance.name).second; ++k)
        line.instance.name = fmt::format("{}_{}", plain.substr(0, 200), k);
      line.instance.id = base::instance_of_name(line.instance.name);
      while (!ids.insert(line.instance.id).second) ++line.instance.id;
      by_rule_[rule.name] = lines_.size() - 1;
    }
    line_of_[i] = by_rule_[rule.name];
    lines_[line_of_[i]].acts |= acts(rule);
  }
}

base::Result<void> LivePublisher::make_file() {
  std::vector<MmvFile::Instance> instances;
  for (const Line& line : lines_) instances.push_back(line.instance);
  auto file = MmvFile::create(name_, instances);
  if (!file) return tl::make_unexpected(file.error());
  file_ = std::move(*file);
  for (std::size_t i = 0; i < lines_.size(); ++i) put_line(i);
  for (std::size_t i = 0; i < kDecisionSlots; ++i) put_decision(i);
  put_totals();
  return {};
}

void LivePublisher::use(const Program& program) {
  add_rules(program);
  if (!file_) return;
  const auto made = make_file();
  if (made) return;
  file_.reset();
  if (log_)
    log_(fmt::format("{}; the engine is not shown as metrics any more",
                     made.error().text));
}

void LivePublisher::config_ok(bool ok) {
  config_ok_ = ok;
  put_totals();
}

void LivePublisher::evaluated(const Task& task, const Evaluator& columns,
                              const Tick& tick) {
  const auto column = [&columns](Slot slot) -> const Column& {
    return columns.column(slot);
  };
  for (std::size_t i = task.first; i < task.first + task.count; ++i) {
    if (line_of_[i] == kNotShown) continue;
    lines_[line_of_[i]].state = state_of(program_->rules[i], column);
    put_line(line_of_[i]);
  }
  totals_.add(tick);
  put_totals();
}

void LivePublisher::decided(const Decision& decision, double /*now_s*/) {
  if (decision.move == 0) return;
  Shown& shown = decisions_[slot_of(decision.move)];
  shown = {.number = decision.move,
           .job = job_of(decision),
           .source = decision.source,
           .destination = std::string(destination_of(decision)),
           .action = decision.word,
           .rule = decision.rule,
           .gain = gain_of(decision),
           .cost = cost_of(decision),
           .state = MoveState::asked,
           .reason = ""};
  open_.insert(decision.move);
  put_decision(slot_of(decision.move));
  count_firing(decision.rule);
}

void LivePublisher::fired(const Firing& firing, bool /*success*/,
                          double /*now_s*/) {
  count_firing(firing.rule);
}

void LivePublisher::ended(std::uint64_t move, MoveState state,
                          const std::string& reason, double /*now_s*/) {
  open_.erase(move);
  put_totals();
  if (move == 0) return;
  Shown& shown = decisions_[slot_of(move)];
  if (shown.number != move) return;  // another one has taken its place
  shown.state = state;
  shown.reason = reason;
  put_decision(slot_of(move));
}

void LivePublisher::count_firing(const std::string& rule) {
  const auto found = by_rule_.find(rule);
  if (found == by_rule_.end()) return;
  ++lines_[found->second].firings;
  put_line(found->second);
  put_totals();
}

void LivePublisher::put_line(std::size_t place) {
  if (!file_) return;
  const Line& line = lines_[place];
  MmvFile::Value truth;
  if (line.state.truth)
    truth = static_cast<std::int32_t>(truth_code(*line.state.truth));
  file_->put(Metric::rule_truth, place, truth);
  file_->put(Metric::rule_value, place, or_nothing(line.state.value));
  if (line.acts) file_->put(Metric::rule_firings, place, line.firings);
}

/// The number goes first and comes last: who reads while it is written sees a
/// decision without number.
void LivePublisher::put_decision(std::size_t slot) {
  const Shown& shown = decisions_[slot];
  if (!file_ || shown.number == 0) return;
  file_->put(LiveMetric::decision_number, slot, {});
  const auto put = [&](Metric metric, std::string_view text) {
    file_->put(metric, slot, text);
  };
  put(Metric::decision_job, shown.job);
  put(Metric::decision_source, shown.source);
  put(Metric::decision_destination, shown.destination);
  put(Metric::decision_action, shown.action);
  put(Metric::decision_rule, shown.rule);
  put(Metric::decision_outcome, outcome_name(shown.state));
  put(Metric::decision_reason, shown.reason);
  file_->put(Metric::decision_gain, slot, or_nothing(shown.gain));
  file_->put(Metric::decision_cost, slot, or_nothing(shown.cost));
  file_->put(LiveMetric::decision_number, slot, shown.number);
}

void LivePublisher::put_totals() {
  if (!file_) return;
  file_->put(Metric::engine_eval_time, 0,
             static_cast<std::uint64_t>(std::llround(totals_.took_s * 1e6)));
  file_->put(Metric::engine_ticks, 0, totals_.ticks);
  file_->put(Metric::engine_missed, 0, totals_.missed);
  file_->put(Metric::engine_age, 0, totals_.age_s);
  file_->put(Metric::engine_config_ok, 0, std::uint32_t{config_ok_});
  file_->put(LiveMetric::engine_inflight, 0,
             static_cast<std::uint32_t>(open_.size()));
}

}  // namespace balance
