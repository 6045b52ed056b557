// An expression with all samples of its window, by the tree walker.
#pragma once

#include <vector>

#include "testing/past.h"
#include "testing/tree_walker.h"

namespace balance::testing {

class TreeShown {
 public:
  TreeShown(const check::Checked& checked, const check::CheckedFile& file,
            lang::ExprId id, double delta_s)
      : length_(file.facts_of(id).samples),
        walker_(checked, file, id, delta_s) {}

  /// Once for each tick, in their order.
  void evaluate(const Snapshot& snapshot) {
    table_ = walker_.evaluate(snapshot);
    samples_.clear();
    past_.next();
    for (const Element& each : table_.elements) {
      std::vector<Value>& past = past_.of(each.key);
      past.push_back(each.value);
      std::vector<Value> newest(past.rbegin(), past.rend());
      newest.resize(length_, no_value(table_.type));
      samples_.push_back(std::move(newest));
    }
  }

  /// The newest values.
  const Table& table() const { return table_; }
  /// Beside the table's elements: all samples, newest first.
  const std::vector<std::vector<Value>>& samples() const { return samples_; }
  /// Whether one element had the place of two: then its memory means nothing.
  bool ambiguous() const {
    return walker_.ambiguous() || (length_ > 1 && twice());
  }
  bool twice() const { return past_.twice(); }

 private:
  std::size_t length_;
  TreeWalker walker_;
  Past<Value> past_;
  Table table_;
  std::vector<std::vector<Value>> samples_;
};

}  // namespace balance::testing
