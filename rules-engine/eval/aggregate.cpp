#include "eval/aggregate.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "eval/operations.h"

namespace balance {
namespace {

/// At least `needed` of n elements are true?
Tri at_least(const kernels::Tally& tally, std::size_t n, double needed) {
  if (n == 0) return Tri::unknown;
  if (static_cast<double>(tally.yes) >= needed) return Tri::yes;
  const bool open = static_cast<double>(tally.yes + tally.unknown) >= needed;
  return open ? Tri::unknown : Tri::no;
}

bool is_order(Op op) {
  return op >= Op::less && op <= Op::greater_equal;
}
bool is_greater(Op op) {
  return op == Op::greater || op == Op::greater_equal;
}

std::shared_ptr<const Index> one_per_host(const Index& operand) {
  auto out = std::make_shared<Index>();
  out->hosts = operand.hosts;
  out->starts = {0};
  for (const HostId host : out->hosts) {
    out->keys.push_back({.host = host});
    out->end_host();
  }
  out->names.resize(out->keys.size());
  return out;
}

}  // namespace

double collapse_numbers(Op op, const double* values, std::size_t n,
                        bool complete) {
  const kernels::Table& loops = kernels::table();
  std::vector<double> there;
  if (!complete) {
    std::copy_if(values, values + n, std::back_inserter(there), has_number);
    values = there.data();
    n = there.size();
  }
  if (n == 0) return no_number();
  if (op == Op::minimum) return loops.least(values, n);
  if (op == Op::maximum) return loops.greatest(values, n);
  const double sum = loops.sum(values, n);
  return op == Op::average ? sum / static_cast<double>(n) : sum;
}

Tri quantify(Op op, double per_cent, const kernels::Tally& tally,
             std::size_t n) {
  const auto all = static_cast<double>(n);
  if (op == Op::some) return at_least(tally, n, 1);
  if (op == Op::all) return at_least(tally, n, all);
  return at_least(tally, n, std::floor(0.5 + per_cent / 100 * all));
}

double count_true(const kernels::Tally& tally, std::size_t n) {
  if (tally.unknown == n) return no_number();
  return static_cast<double>(tally.yes);
}

void Aggregate::begin(const std::shared_ptr<const Index>& operand,
                      Column& out) {
  if (operand != operand_) {
    operand_ = operand;
    const bool by_host =
        instruction_.over == Over::instance && !operand->single();
    result_ = by_host ? one_per_host(*operand) : single_index();
    starts_ = by_host
                  ? operand->starts
                  : std::vector<std::uint32_t>{
                        0, static_cast<std::uint32_t>(operand->keys.size())};
  }
  reuse(out, result_);
}

void Aggregate::put(Column& out, std::size_t at, const kernels::Tally& tally,
                    std::size_t n) const {
  if (instruction_.op == Op::count)
    out.numbers[at] = count_true(tally, n);
  else
    out.truths[at] = quantify(instruction_.op, instruction_.number, tally, n);
}

void Aggregate::run(const Column& operand, Column& out) {
  begin(operand.index, out);
  const kernels::Table& loops = kernels::table();
  for (std::size_t h = 0; h < out.size(); ++h) {
    const std::size_t from = starts_[h];
    const std::size_t n = starts_[h + 1] - from;
    if (operand.type == Type::truth)
      put(out, h, loops.tally(operand.truths.data() + from, n), n);
    else
      out.numbers[h] = collapse_numbers(
          instruction_.op, operand.numbers.data() + from, n, operand.complete);
  }
  find_complete(out);
}

void Aggregate::find(Extremes& extremes, const Column& wide) const {
  const kernels::Table& loops = kernels::table();
  const std::size_t parts = starts_.size() - 1;
  extremes.least.resize(parts);
  extremes.greatest.resize(parts);
  extremes.ordered.resize(parts);
  for (std::size_t h = 0; h < parts; ++h) {
    const double* values = wide.numbers.data() + starts_[h];
    const std::size_t n = starts_[h + 1] - starts_[h];
    if (n == 0) continue;
    extremes.least[h] = loops.least(values, n);
    extremes.greatest[h] = loops.greatest(values, n);
    extremes.ordered[h] = loops.ordered(values, n);
  }
}

void Aggregate::run_comparison(Op comparison, const Column& wide, double limit,
                               Extremes& extremes, std::uint64_t run,
                               Column& out) {
  begin(wide.index, out);
  const bool by_extremes =
      is_order(comparison) &&
      (instruction_.op == Op::some || instruction_.op == Op::all);
  if (by_extremes && extremes.run != run) {
    find(extremes, wide);
    extremes.run = run;
  }
  for (std::size_t h = 0; h < out.size(); ++h) {
    const std::size_t from = starts_[h];
    const std::size_t n = starts_[h + 1] - from;
    if (by_extremes && n > 0) {
      // The element that decides: if it does not, no other one does.
      const bool some = instruction_.op == Op::some;
      const bool high = some == is_greater(comparison);
      const double x = high ? extremes.greatest[h] : extremes.least[h];
      const bool yes = compare_function(comparison)(x, limit) &&
                       (some || extremes.ordered[h]);
      out.truths[h] = to_tri(yes);
      continue;
    }
    const std::size_t yes = kernels::table().count(
        comparison, wide.numbers.data() + from, limit, n);
    put(out, h, {.yes = yes, .unknown = 0}, n);
  }
  find_complete(out);
}

}  // namespace balance
