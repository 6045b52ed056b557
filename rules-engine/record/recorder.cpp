#include "record/recorder.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <syslog.h>

#include "record/decision_facts.h"

namespace balance {
namespace {

constexpr int kNotRecorded = -1;

}  // namespace

base::Result<std::unique_ptr<Recorder>> Recorder::open(const std::string& name,
                                                       const Program& program,
                                                       const std::string& host,
                                                       const std::string& zone,
                                                       Log log) {
  auto writer = ArchiveWriter::create(name, host, zone);
  if (!writer) return tl::make_unexpected(writer.error());
  std::unique_ptr<Recorder> out(
      new Recorder(name, std::move(*writer), std::move(log)));
  if (auto added = out->add_rules(program); !added)
    return tl::make_unexpected(added.error());
  return out;
}

Recorder::Recorder(std::string name, std::unique_ptr<ArchiveWriter> writer,
                   Log log)
    : name_(std::move(name)), writer_(std::move(writer)), log_(std::move(log)) {
  if (!log_)
    log_ = [](const std::string& text) {
      pmNotifyErr(LOG_ERR, "%s", text.c_str());
    };
}

Recorder::~Recorder() {
  if (writer_) flush();
}

void Recorder::use(const Program& program) {
  if (writer_) require(add_rules(program));
}

base::Result<void> Recorder::add_rules(const Program& program) {
  program_ = &program;
  instances_.assign(program.rules.size(), kNotRecorded);
  for (std::size_t i = 0; i < program.rules.size(); ++i) {
    const Rule& rule = program.rules[i];
    if (!rule.show) continue;
    const auto instance = instance_of(rule);
    if (!instance) return tl::make_unexpected(instance.error());
    instances_[i] = *instance;
    lines_[static_cast<std::size_t>(*instance)].acts |= acts(rule);
  }
  return {};
}

base::Result<int> Recorder::instance_of(const Rule& rule) {
  if (const auto known = by_rule_.find(rule.name); known != by_rule_.end())
    return known->second;
  const std::string plain = instance_name(rule.name);
  std::string name = plain;
  for (int i = 2; by_name_.contains(name); ++i)
    name = fmt::format("{}_{}", plain, i);
  const int instance = static_cast<int>(lines_.size());
  if (auto added = writer_->add_instance(kRuleDomain, instance, name); !added)
    return tl::make_unexpected(added.error());
  lines_.emplace_back();
  by_name_[name] = instance;
  by_rule_[rule.name] = instance;
  return instance;
}

void Recorder::evaluated(const Task& task, const Evaluator& columns,
                         const Tick& tick) {
  if (!writer_) return;
  advance(tick.now_s);
  const auto column = [&columns](Slot slot) -> const Column& {
    return columns.column(slot);
  };
  for (std::size_t i = task.first; i < task.first + task.count; ++i) {
    if (instances_[i] == kNotRecorded) continue;
    Line& line = lines_[static_cast<std::size_t>(instances_[i])];
    line.state = state_of(program_->rules[i], column);
    line.evaluated = true;
  }
  totals_.add(tick);
  written_config_ok_ = config_ok_;
}

void Recorder::decided(const Decision& decision, double now_s) {
  if (!writer_) return;
  advance(now_s);
  changes_[decision.move].decision = decision;
  count_firing(decision.rule);
}

void Recorder::fired(const Firing& firing, bool /*success*/, double now_s) {
  if (!writer_) return;
  advance(now_s);
  count_firing(firing.rule);
}

void Recorder::ended(std::uint64_t move, MoveState state,
                     const std::string& reason, double now_s) {
  if (!writer_) return;
  advance(now_s);
  changes_[move].state = state;
  changes_[move].reason = reason;
}

void Recorder::count_firing(const std::string& rule) {
  const auto found = by_rule_.find(rule);
  if (found == by_rule_.end()) return;
  Line& line = lines_[static_cast<std::size_t>(found->second)];
  ++line.firings;
  line.fired = true;
}

/// Time never goes back in an archive: what comes with an earlier time belongs
/// to the record at hand.
void Recorder::advance(double now_s) {
  const auto now_us = static_cast<std::int64_t>(std::llround(now_s * 1e6));
  if (time_us_ && now_us <= *time_us_) return;
  if (time_us_) flush();
  time_us_ = now_us;
}

void Recorder::flush() {
  if (!time_us_) return;
  put_rules();
  if (!changes_.empty()) require(declare_decisions(changes_.rbegin()->first));
  if (!writer_) return;
  for (const auto& [move, change] : changes_) put_change(move, change);
  changes_.clear();
  put_totals();
  require(writer_->write(*time_us_));
}

/// libpcp_import writes all instances again whenever one is new, so that many
/// decisions would make a huge archive: they are listed some ahead.
base::Result<void> Recorder::declare_decisions(std::uint64_t move) {
  constexpr std::uint64_t kAhead = 8;
  if (move > std::numeric_limits<int>::max() / 2)
    return base::fail(0, "too many decisions");
  if (move <= declared_) return {};
  const std::uint64_t last = move + move / kAhead;
  while (declared_ < last) {
    ++declared_;
    if (auto added =
            writer_->add_instance(kDecisionDomain, static_cast<int>(declared_),
                                  std::to_string(declared_));
        !added)
      return added;
  }
  return {};
}

void Recorder::put_rules() {
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    Line& line = lines_[i];
    const int instance = static_cast<int>(i);
    if (line.evaluated && line.state.truth)
      writer_->put(Metric::rule_truth, instance, truth_code(*line.state.truth));
    if (line.evaluated && line.state.value)
      writer_->put(Metric::rule_value, instance, *line.state.value);
    if (line.acts && (line.evaluated || line.fired))
      writer_->put(Metric::rule_firings, instance, line.firings);
    line.evaluated = line.fired = false;
  }
}

void Recorder::put_change(std::uint64_t move, const Change& change) {
  const int instance = static_cast<int>(move);
  const auto put = [&](Metric metric, const ArchiveWriter::Value& value) {
    writer_->put(metric, instance, value);
  };
  if (const auto& decision = change.decision) {
    put(Metric::decision_job, job_of(*decision));
    put(Metric::decision_source, decision->source);
    put(Metric::decision_destination, destination_of(*decision));
    put(Metric::decision_action, decision->word);
    put(Metric::decision_rule, decision->rule);
    if (const auto gain = gain_of(*decision)) put(Metric::decision_gain, *gain);
    if (const auto cost = cost_of(*decision)) put(Metric::decision_cost, *cost);
  }
  put(Metric::decision_outcome, outcome_name(change.state));
  if (!change.reason.empty()) put(Metric::decision_reason, change.reason);
}

void Recorder::put_totals() {
  writer_->put(Metric::engine_eval_time,
               static_cast<std::uint64_t>(std::llround(totals_.took_s * 1e6)));
  writer_->put(Metric::engine_ticks, totals_.ticks);
  writer_->put(Metric::engine_missed, totals_.missed);
  writer_->put(Metric::engine_age, totals_.age_s);
  writer_->put(Metric::engine_config_ok, std::uint32_t{written_config_ok_});
}

void Recorder::require(const base::Result<void>& result) {
  if (result) return;
  log_(fmt::format("archive {}: {}; nothing more is recorded", name_,
                   result.error().text));
  writer_.reset();
}

}  // namespace balance
