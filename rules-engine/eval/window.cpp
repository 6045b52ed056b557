#include "eval/window.h"

#include <algorithm>

#include "eval/aggregate.h"
#include "eval/element_states.h"

namespace balance {

void Window::push(const Column& newest) {
  if (newest.index != index_) move_to(newest.index);
  for (std::size_t& times : pushed_) ++times;
  if (rows_.size() == length_) {
    // The room of the oldest row becomes that of the newest.
    rows_.push_front(std::move(rows_.back()));
    rows_.pop_back();
    rows_.front() = newest;
  } else {
    rows_.push_front(newest);
  }
}

void Window::move_to(const std::shared_ptr<const Index>& index) {
  std::vector<std::size_t> pushed(index->keys.size(), 0);
  if (index_) {
    const std::vector<std::size_t> before = positions_before(*index_, *index);
    for (std::size_t i = 0; i < before.size(); ++i)
      if (before[i] != kNotThere) pushed[i] = pushed_[before[i]];
    for (Column& row : rows_) {
      Column moved;
      moved.type = row.type;
      moved.index = index;
      resize(moved);
      for (std::size_t i = 0; i < before.size(); ++i)
        if (before[i] != kNotThere) assign(moved, i, element(row, before[i]));
      row = std::move(moved);
    }
  }
  pushed_ = std::move(pushed);
  index_ = index;
}

void Window::oldest(Column& out) const {
  out.index = index_;
  resize(out);
  if (rows_.size() < length_) return;
  const Column& row = rows_.back();
  bool complete = row.complete;
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (full(i))
      assign(out, i, element(row, i));
    else
      complete = false;
  }
  out.complete = complete;
}

void Window::collapse(Op op, double per_cent, Column& out) const {
  out.index = index_;
  resize(out);
  if (rows_.size() < length_) return;
  if (rows_.front().type == Type::truth)
    collapse_truths(op, per_cent, out);
  else
    collapse_numbers_of(op, out);
}

/// Row by row, which vectors do well; then what is not yet full is taken back.
void Window::collapse_truths(Op op, double per_cent, Column& out) const {
  const std::size_t n = out.size();
  if (op == Op::all || op == Op::some) {
    const Op logic = op == Op::all ? Op::both : Op::either;
    out.truths = rows_.front().truths;
    for (std::size_t k = 1; k < length_; ++k)
      kernels::table().logic(logic, out.truths.data(), false,
                             rows_[k].truths.data(), false, out.truths.data(),
                             n);
    for (std::size_t i = 0; i < n; ++i)
      if (!full(i)) out.truths[i] = Tri::unknown;
    return;
  }
  for (std::size_t i = 0; i < n; ++i) {
    if (!full(i)) continue;
    kernels::Tally tally;
    for (const Column& row : rows_) {
      tally.yes += row.truths[i] == Tri::yes ? 1 : 0;
      tally.unknown += row.truths[i] == Tri::unknown ? 1 : 0;
    }
    if (op == Op::count)
      out.numbers[i] =
          tally.unknown == 0 ? static_cast<double>(tally.yes) : no_number();
    else
      out.truths[i] = quantify(op, per_cent, tally, length_);
  }
  find_complete(out);
}

void Window::collapse_numbers_of(Op op, Column& out) const {
  std::vector<double> values(length_);
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (!full(i)) continue;
    for (std::size_t k = 0; k < length_; ++k) values[k] = rows_[k].numbers[i];
    if (!kernels::table().any_missing(values.data(), length_))
      out.numbers[i] = collapse_numbers(op, values.data(), length_, true);
  }
  find_complete(out);
}

void Window::all(Column& out) const {
  const std::size_t n = index_->keys.size();
  const auto spread = [&](auto& wide, auto values, const auto& none) {
    wide.assign(n * length_, none);
    for (std::size_t k = 0; k < rows_.size(); ++k)
      for (std::size_t i = 0; i < n; ++i)
        wide[i * length_ + k] = (rows_[k].*values)[i];
  };
  out.index = index_;
  out.samples = static_cast<std::uint32_t>(length_);
  out.complete = false;
  if (out.type == Type::number)
    spread(out.numbers, &Column::numbers, no_number());
  else if (out.type == Type::truth)
    spread(out.truths, &Column::truths, Tri::unknown);
  else
    spread(out.texts, &Column::texts, std::optional<std::string>());
}

}  // namespace balance
