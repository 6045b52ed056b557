#include "eval/evaluator.h"

#include <ctime>
#include <set>
#include <utility>

#include "eval/operations.h"

namespace balance {
namespace {

double time_value(const std::string& name, double now_s, double delta_s) {
  const auto seconds = static_cast<std::time_t>(now_s);
  std::tm tm{};
  localtime_r(&seconds, &tm);
  if (name == "minute") return tm.tm_min;
  if (name == "hour") return tm.tm_hour;
  if (name == "day") return tm.tm_mday;
  if (name == "month") return tm.tm_mon;
  if (name == "year") return tm.tm_year + 1900;
  if (name == "day_of_week") return tm.tm_wday;
  if (name == "delta") return delta_s;
  return no_number();
}

bool is_aggregate(Op op) {
  return op >= Op::sum && op <= Op::percent;
}

/// Of `instruction`, over truths of one tick.
bool counts_truths(const Instruction& i) {
  return i.op >= Op::count && i.op <= Op::percent && i.over != Over::sample;
}

void single(Column& out, const Value& value) {
  out.index = single_index();
  resize(out);
  assign(out, 0, value);
  out.complete = out.type == Type::number && value.known();
}

}  // namespace

NameMatch::NameMatch(const std::string& text) {
  auto compiled = std::make_unique<regex_t>();
  if (regcomp(compiled.get(), text.c_str(), REG_EXTENDED | REG_NOSUB) != 0)
    return;
  compiled_ = std::shared_ptr<regex_t>(compiled.release(), [](regex_t* regex) {
    regfree(regex);
    delete regex;
  });
}

const std::vector<Tri>& NameMatch::of(
    const std::shared_ptr<const Index>& index) {
  if (index == index_) return matches_;
  index_ = index;
  matches_.clear();
  for (const std::string_view name : index->names) {
    const bool found =
        compiled_ &&
        regexec(compiled_.get(), std::string(name).c_str(), 0, nullptr, 0) == 0;
    matches_.push_back(to_tri(found));
  }
  return matches_;
}

Evaluator::Evaluator(const Program& program)
    : program_(program),
      columns_(program.slots.size()),
      maker_(program.slots.size(), 0),
      deferred_(program.slots.size(), false),
      made_(program.slots.size(), 0),
      owner_(program.slots.size(), 0),
      of_hosts_(program.slots.size()),
      of_all_(program.slots.size()),
      plans_(program.tasks.size()) {
  for (const Instruction& i : program.code) memory_.push_back(make_memory(i));
  for (std::size_t slot = 0; slot < columns_.size(); ++slot)
    columns_[slot].type = program.slots[slot].type;
  for (std::size_t task = 0; task < program.tasks.size(); ++task) {
    find_deferred(program.tasks[task]);
    make_plan(task);
  }
}

Evaluator::Memory Evaluator::make_memory(const Instruction& i) const {
  if (i.op == Op::fetch) {
    const MetricUse& use = program_.metrics[i.metric];
    return Fetched{Fetch(use, program_.slots[i.result].type),
                   Window(std::size_t{use.first_sample} + 1)};
  }
  if (is_elementwise(i.op)) return Elementwise(i);
  if (is_aggregate(i.op) && i.over != Over::sample) return Aggregate(i);
  if (is_aggregate(i.op) || i.op == Op::window) return Window(i.samples);
  switch (i.op) {
    case Op::match_instance:
    case Op::exclude_instance:
      return NameMatch(i.text);
    case Op::rising:
    case Op::falling:
      return ElementStates<EdgeState>();
    case Op::held:
      return ElementStates<HeldState>();
    case Op::rate:
      return Rates();
    case Op::latch:
      return Latches();
    default:
      return {};
  }
}

/// Comparisons of numbers that nothing but counting aggregates reads.
void Evaluator::find_deferred(const Task& task) {
  const auto code = [&](std::uint32_t k) -> const Instruction& {
    return program_.code[task.code + k];
  };
  for (std::uint32_t k = 0; k < task.code_count; ++k) {
    const Instruction& i = code(k);
    maker_[i.result] = task.code + k;
    deferred_[i.result] = is_comparison(i.op) &&
                          columns_[i.a].type == Type::number &&
                          columns_[i.b].type == Type::number;
  }
  for (std::uint32_t k = 0; k < task.code_count; ++k) {
    const Instruction& i = code(k);
    if (i.a != kNoSlot && !counts_truths(i)) deferred_[i.a] = false;
    if (i.b != kNoSlot) deferred_[i.b] = false;
  }
}

std::vector<Evaluator::Timed> Evaluator::fetches_below(std::uint32_t at) const {
  std::vector<Timed> out;
  std::vector<std::uint32_t> todo = {at};
  std::set<Slot> seen;
  while (!todo.empty()) {
    const std::uint32_t k = todo.back();
    const Instruction& i = program_.code[k];
    todo.pop_back();
    if (i.op == Op::fetch) out.push_back({k, {}});
    for (const Slot operand : {i.a, i.b})
      if (operand != kNoSlot && seen.insert(operand).second)
        todo.push_back(maker_[operand]);
  }
  return out;
}

/// Constants have their value once and for all.
void Evaluator::make_plan(std::size_t at) {
  const Task& task = program_.tasks[at];
  for (std::uint32_t k = task.code; k < task.code + task.code_count; ++k) {
    const Instruction& i = program_.code[k];
    owner_[i.result] = at;
    if (auto* rates = std::get_if<Rates>(&memory_[k]))
      rates->fetches = fetches_below(k);
    if (i.op == Op::constant)
      constant(i, columns_[i.result]);
    else if (!deferred_[i.result])
      plans_[at].steps.push_back(k);
  }
}

void Evaluator::run(const Task& task, const Snapshot& snapshot) {
  const Context context{task.delta_s, snapshot};
  Plan& plan = plans_[static_cast<std::size_t>(&task - program_.tasks.data())];
  ++plan.runs;
  for (const std::uint32_t at : plan.steps) step(context, at);
}

bool Evaluator::waiting(Slot slot) const {
  return deferred_[slot] && made_[slot] != plans_[owner_[slot]].runs;
}

const Column& Evaluator::column(Slot slot) const {
  if (waiting(slot)) compute(maker_[slot]);
  return columns_[slot];
}

/// An elementwise instruction.
void Evaluator::compute(std::uint32_t at) const {
  const Instruction& i = program_.code[at];
  const Column& a = columns_[i.a];
  auto& operation = std::get<Elementwise>(memory_[at]);
  operation.run(a, is_binary(i.op) ? columns_[i.b] : a, columns_[i.result]);
  doubt(i, operation.rows());
  made_[i.result] = plans_[owner_[i.result]].runs;
}

void Evaluator::doubt(const Instruction& i, const Join& rows) const {
  if (rows.same_word && doubted_.insert(i.result).second)
    doubts_.push_back({program_.slots[i.result].text, *rows.same_word});
}

void Evaluator::step(const Context& context, std::uint32_t at) {
  const Instruction& i = program_.code[at];
  Column& out = columns_[i.result];
  const double now_s = context.snapshot.now_s();
  Memory& memory = memory_[at];
  if (i.op == Op::time_variable) {
    single(out, Value::of(time_value(i.text, now_s, context.delta_s)));
  } else if (auto* fetched = std::get_if<Fetched>(&memory)) {
    fetch(context, i, *fetched, out);
  } else if (std::holds_alternative<Elementwise>(memory)) {
    compute(at);
  } else if (auto* collapse = std::get_if<Aggregate>(&memory)) {
    aggregate(i, *collapse, out);
  } else if (auto* window = std::get_if<Window>(&memory)) {
    over_samples(i, *window, out);
  } else if (auto* match = std::get_if<NameMatch>(&memory)) {
    by_name(i, *match, out);
  } else if (auto* latches = std::get_if<Latches>(&memory)) {
    latch(i, *latches, out);
  } else if (auto* edges = std::get_if<ElementStates<EdgeState>>(&memory)) {
    const Tri wanted = to_tri(i.op == Op::rising);
    stateful(i, *edges, out, [&](EdgeState& state, std::size_t k) {
      out.truths[k] = step_edge(state, columns_[i.a].truths[k], wanted);
    });
  } else if (auto* held = std::get_if<ElementStates<HeldState>>(&memory)) {
    stateful(i, *held, out, [&](HeldState& state, std::size_t k) {
      out.truths[k] =
          step_held(state, columns_[i.a].truths[k], now_s, i.number);
    });
  } else if (auto* rates = std::get_if<Rates>(&memory)) {
    rate(now_s, i, *rates, out);
  }
}

void Evaluator::constant(const Instruction& i, Column& out) const {
  Value value;
  value.type = out.type;
  value.number = i.number;
  value.truth = to_tri(i.number != 0);
  value.text = i.text;
  single(out, value);
}

void Evaluator::fetch(const Context& context, const Instruction& i,
                      Fetched& fetched, Column& out) const {
  fetched.fetch.run(context.snapshot, context.delta_s, out);
  if (program_.metrics[i.metric].first_sample == 0) return;
  fetched.delay.push(out);
  fetched.delay.oldest(out);
}

/// Of the sample that the fetch shows; once an evaluation.
void Evaluator::add_times(Timed& timed, SampleTimes& out) const {
  const std::size_t back =
      program_.metrics[program_.code[timed.fetch].metric].first_sample;
  SampleTimes now(program_.hosts.size());
  std::get<Fetched>(memory_[timed.fetch]).fetch.add_times(now);
  timed.taken.push_front(std::move(now));
  if (timed.taken.size() <= back) return;
  out.add(timed.taken.back());
  timed.taken.pop_back();
}

/// The seconds are those between the samples, not between the evaluations,
/// which samples follow by more or less: so `rate instant` of a counter is the
/// counter. Of each host by itself, as its samples have times of their own; a
/// single value has those of all. What is of no sample has our time.
void Evaluator::rate(double now_s, const Instruction& i, Rates& rates,
                     Column& out) const {
  const Column& a = columns_[i.a];
  SampleTimes taken(program_.hosts.size());
  for (Timed& fetch : rates.fetches) add_times(fetch, taken);
  out.index = a.index;
  resize(out);
  std::vector<RateState>& states = rates.states.align(out.index);
  const Index& index = *out.index;
  for (std::size_t h = 0; h + 1 < index.starts.size(); ++h) {
    const HostId host = index.single() ? kNoHost : index.hosts[h];
    const double at_s = taken.of(host).value_or(now_s);
    for (std::size_t k = index.starts[h]; k < index.starts[h + 1]; ++k)
      out.numbers[k] = step_rate(states[k], a.numbers[k], at_s);
  }
  find_complete(out);
}

void Evaluator::aggregate(const Instruction& i, Aggregate& memory,
                          Column& out) {
  if (!waiting(i.a) || !aggregate_comparison(i, memory, out))
    memory.run(column(i.a), out);
}

/// The comparison that `i` counts, if it is of many values with one.
bool Evaluator::aggregate_comparison(const Instruction& i, Aggregate& memory,
                                     Column& out) {
  const Instruction& comparison = program_.code[maker_[i.a]];
  const Column& a = columns_[comparison.a];
  const Column& b = columns_[comparison.b];
  const bool a_wide = !a.index->single();
  if (!a.complete || !b.complete || a_wide == !b.index->single()) return false;
  const Slot wide = a_wide ? comparison.a : comparison.b;
  auto& extremes = i.over == Over::host ? of_all_ : of_hosts_;
  memory.run_comparison(a_wide ? comparison.op : mirrored(comparison.op),
                        columns_[wide], (a_wide ? b : a).numbers[0],
                        extremes[wide], plans_[owner_[i.result]].runs, out);
  return true;
}

void Evaluator::over_samples(const Instruction& i, Window& window,
                             Column& out) const {
  window.push(columns_[i.a]);
  if (i.op == Op::window)
    window.all(out);
  else
    window.collapse(i.op, i.number, out);
}

void Evaluator::by_name(const Instruction& i, NameMatch& match,
                        Column& out) const {
  const Column& a = columns_[i.a];
  out.index = a.index;
  resize(out);
  const std::vector<Tri>& matches = match.of(a.index);
  const bool wanted = i.op == Op::match_instance;
  for (std::size_t k = 0; k < a.size(); ++k)
    out.truths[k] =
        both(a.truths[k], wanted ? matches[k] : negation(matches[k]));
}

void Evaluator::latch(const Instruction& i, Latches& latches,
                      Column& out) const {
  const Column& on = columns_[i.a];
  const Column& off = columns_[i.b];
  if (on.index != latches.on || off.index != latches.off) {
    latches.on = on.index;
    latches.off = off.index;
    latches.rows = join(on.index, off.index);
    doubt(i, latches.rows);
  }
  const Join& rows = latches.rows;
  out.index = rows.index;
  resize(out);
  const auto truth = [](const Column& column, std::size_t k) {
    return k == kNoPartner ? Tri::unknown : column.truths[k];
  };
  std::vector<LatchState>& states = latches.states.align(out.index);
  for (std::size_t k = 0; k < out.size(); ++k)
    out.truths[k] = step_latch(states[k], truth(on, rows.left_at(k)),
                               truth(off, rows.right_at(k)));
}

template <class T, class Step>
void Evaluator::stateful(const Instruction& i, ElementStates<T>& states,
                         Column& out, const Step& step) const {
  out.index = columns_[i.a].index;
  resize(out);
  std::vector<T>& each = states.align(out.index);
  for (std::size_t k = 0; k < out.size(); ++k) step(each[k], k);
}

}  // namespace balance
