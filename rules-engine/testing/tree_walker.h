// The naive evaluator: walks the checked tree of each expression at each tick,
// element by element. Slow on purpose; the differential tests hold the compiled
// program to what it says. It shares nothing with `compile` and `eval` but the
// types of values and samples.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "check/checked.h"
#include "eval/snapshot.h"
#include "testing/table.h"

namespace balance::testing {

/// An expression of one statement. Names are opened: each use of a name has
/// its own memory.
class TreeWalker {
 public:
  /// `instant`: counters below are not turned into rates.
  TreeWalker(const check::Checked& checked, const check::CheckedFile& file,
             lang::ExprId id, double delta_s, bool instant = false);
  TreeWalker(TreeWalker&&) noexcept;
  ~TreeWalker();

  /// Once for each tick, in their order.
  Table evaluate(const Snapshot& snapshot);
  /// Whether one element had the place of two: then its memory means nothing.
  bool ambiguous() const;

 private:
  struct Node;
  std::unique_ptr<Node> root_;
};

}  // namespace balance::testing
