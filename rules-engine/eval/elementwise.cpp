#include "eval/elementwise.h"

#include <algorithm>

#include "eval/kernels/kernels.h"
#include "eval/operations.h"

namespace balance {
namespace {

/// The elements of an operand beside those of the result.
template <class T>
const T* beside(const std::vector<T>& values, const Index& index, bool straight,
                const std::vector<std::size_t>& rows, T none,
                std::vector<T>& room) {
  if (straight || index.single()) return values.data();
  room.resize(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i)
    room[i] = rows[i] == kNoPartner ? none : values[rows[i]];
  return room.data();
}

}  // namespace

void Elementwise::pair(const Column& a, const Column& b) {
  if (a.index == left_ && b.index == right_) return;
  left_ = a.index;
  right_ = b.index;
  rows_ = join(left_, right_);
  const auto all = [](const std::vector<std::size_t>& rows) {
    return std::find(rows.begin(), rows.end(), kNoPartner) == rows.end();
  };
  partners_ = all(rows_.left) && all(rows_.right);
}

void Elementwise::run(const Column& a, const Column& b, Column& out) {
  pair(a, b);
  reuse(out, rows_.index);
  const Op op = instruction_.op;
  const bool of_numbers = a.type == Type::number && b.type == Type::number;
  if (of_numbers && ((op >= Op::add && op <= Op::divide) || is_comparison(op)))
    numbers(a, b, out);
  else if (op == Op::both || op == Op::either || op == Op::negation)
    truths(a, b, out);
  else
    one_by_one(a, b, out);
}

void Elementwise::numbers(const Column& a, const Column& b, Column& out) {
  const kernels::Numbers left{beside(a.numbers, *left_, rows_.left_straight,
                                     rows_.left, no_number(), numbers_[0]),
                              left_->single()};
  const kernels::Numbers right{beside(b.numbers, *right_, rows_.right_straight,
                                      rows_.right, no_number(), numbers_[1]),
                               right_->single()};
  const bool complete = a.complete && b.complete && partners_;
  const Op op = instruction_.op;
  if (is_comparison(op)) {
    kernels::table().compare(op, left, right, complete, out.truths.data(),
                             out.size());
    return;
  }
  kernels::table().arithmetic(op, left, right, complete, out.numbers.data(),
                              out.size());
  out.complete = complete;
}

void Elementwise::truths(const Column& a, const Column& b, Column& out) {
  const Tri* left = beside(a.truths, *left_, rows_.left_straight, rows_.left,
                           Tri::unknown, truths_[0]);
  if (instruction_.op == Op::negation) {
    kernels::table().negation(left, out.truths.data(), out.size());
    return;
  }
  const Tri* right = beside(b.truths, *right_, rows_.right_straight,
                            rows_.right, Tri::unknown, truths_[1]);
  kernels::table().logic(instruction_.op, left, left_->single(), right,
                         right_->single(), out.truths.data(), out.size());
}

void Elementwise::one_by_one(const Column& a, const Column& b,
                             Column& out) const {
  Value none_a;
  none_a.type = a.type;
  Value none_b;
  none_b.type = b.type;
  for (std::size_t k = 0; k < out.size(); ++k) {
    const std::size_t left = rows_.left_at(k);
    const std::size_t right = rows_.right_at(k);
    assign(
        out, k,
        apply(instruction_.op, left == kNoPartner ? none_a : element(a, left),
              right == kNoPartner ? none_b : element(b, right)));
  }
  find_complete(out);
}

}  // namespace balance
