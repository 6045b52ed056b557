// Operations that collapse the instances of each host, or everything.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "eval/column.h"
#include "eval/kernels/kernels.h"
#include "program/program.h"

namespace balance {

/// sum, average, minimum or maximum of those that have a value; no_number() if
/// none has. `complete`: all have one.
double collapse_numbers(Op op, const double* values, std::size_t n,
                        bool complete);
/// all, some or percent of n truths, Kleene's; unknown of an empty set.
Tri quantify(Op op, double per_cent, const kernels::Tally& tally,
             std::size_t n);
/// How many are true; no_number() if all are unknown, or there is none.
double count_true(const kernels::Tally& tally, std::size_t n);

/// The least and the greatest of each part of a column whose elements all have
/// a value: all comparisons of it with a single value share them.
struct Extremes {
  std::vector<double> least, greatest;  ///< NaN is passed over
  std::vector<bool> ordered;            ///< no NaN is among them
  std::uint64_t run = 0;                ///< at which evaluation
};

/// One aggregate of a program, over instances (one value for each host) or over
/// hosts (a single value).
class Aggregate {
 public:
  explicit Aggregate(const Instruction& instruction)
      : instruction_(instruction) {}

  /// `out.type` is set.
  void run(const Column& operand, Column& out);
  /// The same of the truths `wide comparison limit`, without making them. Every
  /// element of `wide` has a value; `extremes` are those of `wide` at
  /// evaluation `run`, found here if they are not.
  void run_comparison(Op comparison, const Column& wide, double limit,
                      Extremes& extremes, std::uint64_t run, Column& out);

 private:
  void begin(const std::shared_ptr<const Index>& operand, Column& out);
  void find(Extremes& extremes, const Column& wide) const;
  void put(Column& out, std::size_t at, const kernels::Tally& tally,
           std::size_t n) const;

  const Instruction& instruction_;
  std::shared_ptr<const Index> operand_;
  std::shared_ptr<const Index> result_;
  /// Of the operand's elements, one more than the result has.
  std::vector<std::uint32_t> starts_;
};

}  // namespace balance
