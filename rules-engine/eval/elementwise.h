// Operations on one element of each operand.
#pragma once

#include <memory>
#include <vector>

#include "eval/column.h"
#include "eval/join.h"
#include "program/program.h"

namespace balance {

/// One such operation of a program, and how the elements of its operands pair,
/// which is found anew only when their indexes change.
class Elementwise {
 public:
  explicit Elementwise(const Instruction& instruction)
      : instruction_(instruction) {}

  /// An operation of one operand has it for both. `out.type` is set.
  void run(const Column& a, const Column& b, Column& out);
  /// Of the last run.
  const Join& rows() const { return rows_; }

 private:
  void pair(const Column& a, const Column& b);
  void numbers(const Column& a, const Column& b, Column& out);
  void truths(const Column& a, const Column& b, Column& out);
  void one_by_one(const Column& a, const Column& b, Column& out) const;

  const Instruction& instruction_;
  std::shared_ptr<const Index> left_, right_;
  Join rows_;
  bool partners_ = true;  ///< every element has one in both operands
  std::vector<double> numbers_[2];
  std::vector<Tri> truths_[2];
};

}  // namespace balance
