// The last values of a column: windows, `@n`, and what -v shows of them.
#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "eval/column.h"
#include "program/program.h"

namespace balance {

/// Values belong to elements, not to positions: an element that is away for an
/// evaluation begins anew.
class Window {
 public:
  explicit Window(std::size_t length) : length_(length) {}

  /// Takes the newest values, once an evaluation.
  void push(const Column& newest);
  /// The oldest of `length` values of each element; unknown if it has not yet
  /// so many.
  void oldest(Column& out) const;
  /// `op` over the `length` values of each element; unknown if it has not yet
  /// so many, and of numbers and counts also if one of them is (as in pmie).
  void collapse(Op op, double per_cent, Column& out) const;
  /// All that are there, newest first.
  void all(Column& out) const;

 private:
  void move_to(const std::shared_ptr<const Index>& index);
  bool full(std::size_t element) const { return pushed_[element] >= length_; }
  void collapse_truths(Op op, double per_cent, Column& out) const;
  void collapse_numbers_of(Op op, Column& out) const;

  std::size_t length_;
  std::shared_ptr<const Index> index_;
  std::deque<Column> rows_;          ///< newest first, all beside index_
  std::vector<std::size_t> pushed_;  ///< how often each element was there
};

}  // namespace balance
