#include "eval/evaluator.h"

#include <algorithm>
#include <ctime>

#include <regex.h>

#include "eval/aggregate.h"
#include "eval/fetch.h"
#include "eval/join.h"
#include "eval/operations.h"

namespace balance {
namespace {

/// A POSIX extended expression, compiled; the text was checked before.
class Regex {
 public:
  explicit Regex(const std::string& text)
      : valid_(regcomp(&compiled_, text.c_str(), REG_EXTENDED | REG_NOSUB) ==
               0) {}
  ~Regex() {
    if (valid_) regfree(&compiled_);
  }
  Regex(const Regex&) = delete;
  Regex& operator=(const Regex&) = delete;

  bool matches(const std::string& name) const {
    return valid_ && regexec(&compiled_, name.c_str(), 0, nullptr, 0) == 0;
  }

 private:
  regex_t compiled_{};
  bool valid_;
};

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

Column like(const Column& other, Type type) {
  Column out;
  out.type = type;
  out.index = other.index;
  resize(out);
  return out;
}

template <class T>
StateTable<T>& table(std::map<std::uint32_t, StateTable<T>>& tables,
                     std::uint32_t at, std::uint64_t patience = 1) {
  return tables.try_emplace(at, patience).first->second;
}

/// Tables are swept now and then, not at each evaluation.
template <class T>
void prune(std::map<std::uint32_t, StateTable<T>>& tables, std::uint32_t at,
           std::uint64_t evaluation) {
  constexpr std::uint64_t kEvery = 64;
  if (evaluation % kEvery != 0) return;
  if (const auto found = tables.find(at); found != tables.end())
    found->second.prune(evaluation);
}

}  // namespace

const Sample* Evaluator::fresh(const Snapshot& snapshot,
                               const std::string& metric, HostId host,
                               double delta_s) {
  const Sample* sample = snapshot.find(metric, host);
  if (sample == nullptr) return nullptr;
  const double age_s = snapshot.now_s() - sample->received_s;
  return age_s > 2 * delta_s ? nullptr : sample;
}

void Evaluator::run(const Rule& rule, const Snapshot& snapshot) {
  const Context context{rule, snapshot, ++evaluations_[&rule]};
  for (std::uint32_t k = 0; k < rule.columns.count; ++k)
    step(context, rule.columns.first + k);
}

void Evaluator::step(const Context& context, std::uint32_t at) {
  const Instruction& i = program_.code[at];
  Column& out = columns_[i.result];
  out.type = program_.slots[i.result].type;
  if (i.op == Op::constant) {
    constant(i, out);
  } else if (i.op == Op::time_variable) {
    time_variable(context, i, out);
  } else if (i.op == Op::fetch) {
    const MetricUse& use = program_.metrics[i.metric];
    prune(rates_, at, context.evaluation);
    out = fetch(use, out.type, context.snapshot, context.rule.delta_s,
                context.evaluation, table(rates_, at));
    if (use.first_sample > 0) delay(context, at, use.first_sample, out);
  } else if (is_elementwise(i.op)) {
    elementwise(i, out);
  } else if (i.op >= Op::sum && i.op <= Op::percent) {
    if (i.over == Over::sample)
      over_samples(context, at, out);
    else
      out = aggregate(i, out.type, columns_[i.a]);
  } else if (i.op == Op::match_instance || i.op == Op::exclude_instance) {
    by_name(i, out);
  } else if (i.op == Op::latch) {
    latch(context, at, out);
  } else {
    stateful(context, at, out);
  }
}

void Evaluator::constant(const Instruction& i, Column& out) const {
  out.index = single_index();
  resize(out);
  Value value;
  value.type = out.type;
  value.number = i.number;
  value.truth = to_tri(i.number != 0);
  value.text = i.text;
  assign(out, 0, value);
}

void Evaluator::time_variable(const Context& context, const Instruction& i,
                              Column& out) {
  out.index = single_index();
  resize(out);
  assign(out, 0,
         Value::of(time_value(i.text, context.snapshot.now_s(),
                              context.rule.delta_s)));
}

void Evaluator::elementwise(const Instruction& i, Column& out) {
  const Column& a = columns_[i.a];
  const Column& b = is_binary(i.op) ? columns_[i.b] : a;
  const Join rows = join(a.index, b.index);
  out.index = rows.index;
  resize(out);
  Value none_a;
  none_a.type = a.type;
  Value none_b;
  none_b.type = b.type;
  for (std::size_t k = 0; k < out.size(); ++k) {
    const std::size_t left = rows.left[k];
    const std::size_t right = rows.right[k];
    assign(out, k,
           apply(i.op, left == kNoPartner ? none_a : element(a, left),
                 right == kNoPartner ? none_b : element(b, right)));
  }
}

void Evaluator::by_name(const Instruction& i, Column& out) {
  const Column& a = columns_[i.a];
  out = like(a, Type::truth);
  const Regex regex(i.text);
  const bool wanted = i.op == Op::match_instance;
  for (std::size_t k = 0; k < a.size(); ++k)
    out.truths[k] =
        both(a.truths[k], to_tri(regex.matches(a.index->names[k]) == wanted));
}

void Evaluator::stateful(const Context& context, std::uint32_t at,
                         Column& out) {
  const Instruction& i = program_.code[at];
  const Column& a = columns_[i.a];
  const double now_s = context.snapshot.now_s();
  out = like(a, out.type);
  prune(edges_, at, context.evaluation);
  prune(held_, at, context.evaluation);
  for (std::size_t k = 0; k < a.size(); ++k) {
    const Key& key = a.index->keys[k];
    if (i.op == Op::held) {
      out.truths[k] = step_held(table(held_, at).at(key, context.evaluation),
                                a.truths[k], now_s, i.number);
    } else if (i.op == Op::rate) {
      RateState& state = table(rates_, at).at(key, context.evaluation);
      if (has_number(a.numbers[k]))
        out.numbers[k] =
            step_rate(state, {key.instance, a.numbers[k]}, now_s, false);
      else
        state = {};
    } else {
      out.truths[k] =
          step_edge(table(edges_, at).at(key, context.evaluation), a.truths[k],
                    i.op == Op::rising ? Tri::yes : Tri::no);
    }
  }
}

void Evaluator::latch(const Context& context, std::uint32_t at, Column& out) {
  constexpr std::uint64_t kPatience = 10;
  const Instruction& i = program_.code[at];
  const Column& on = columns_[i.a];
  const Column& off = columns_[i.b];
  const Join rows = join(on.index, off.index);
  out.index = rows.index;
  resize(out);
  prune(latches_, at, context.evaluation);
  const auto truth = [](const Column& column, std::size_t k) {
    return k == kNoPartner ? Tri::unknown : column.truths[k];
  };
  for (std::size_t k = 0; k < out.size(); ++k)
    out.truths[k] =
        step_latch(table(latches_, at, kPatience)
                       .at(out.index->keys[k], context.evaluation),
                   truth(on, rows.left[k]), truth(off, rows.right[k]));
}

void Evaluator::over_samples(const Context& context, std::uint32_t at,
                             Column& out) {
  const Instruction& i = program_.code[at];
  const Column& a = columns_[i.a];
  out = like(a, out.type);
  prune(rings_, at, context.evaluation);
  for (std::size_t k = 0; k < a.size(); ++k) {
    RingState& ring =
        table(rings_, at).at(a.index->keys[k], context.evaluation);
    if (!step_ring(ring, element(a, k), i.samples)) continue;
    assign(out, k,
           collapse(i.op, i.number, {ring.values.begin(), ring.values.end()}));
  }
}

void Evaluator::delay(const Context& context, std::uint32_t at,
                      std::uint32_t samples, Column& out) {
  prune(rings_, at, context.evaluation);
  for (std::size_t k = 0; k < out.size(); ++k) {
    RingState& ring =
        table(rings_, at).at(out.index->keys[k], context.evaluation);
    Value old;
    old.type = out.type;
    if (step_ring(ring, element(out, k), samples + 1))
      old = ring.values.front();
    assign(out, k, old);
  }
}

}  // namespace balance
