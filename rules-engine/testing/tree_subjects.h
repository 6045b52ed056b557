// What %h, %i and %v of an action mean, by the tree walker.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "testing/tree_shown.h"

namespace balance::testing {

/// The elements that a condition is about, of truths only the true ones. Which
/// part of the condition they are taken from, the compiler decides; that is
/// held to what pmie prints elsewhere. A condition without a metric is about
/// itself.
class TreeSubjects {
 public:
  TreeSubjects(const check::Checked& checked, const check::CheckedFile& file,
               lang::ExprId condition, double delta_s);

  /// Once for each tick.
  void evaluate(const Snapshot& snapshot);
  /// `text`, repeated for each element if it has a %-word; as it is if nothing
  /// is known of the elements. `hosts`: names.
  std::string expand(const std::string& text,
                     const std::vector<std::string>& hosts) const;
  bool ambiguous() const;

 private:
  struct Subject {
    Key key;
    std::string name;
    std::string value;
  };

  void add(std::size_t at);
  bool known() const;

  std::optional<TreeShown> binding_;
  std::optional<TreeShown>
      value_;  ///< the first from the left that is no truth
  std::optional<TreeShown> extreme_;  ///< of what `binding_` is the extreme
  std::vector<Subject> subjects_;
};

}  // namespace balance::testing
