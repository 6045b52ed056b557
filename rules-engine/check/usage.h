// How named expressions are used: with which deltas, and what is in them.
#pragma once

#include <functional>
#include <map>
#include <vector>

#include "check/checked.h"

namespace balance::check {

/// For each file and each expression: whether a part of it `is` so, with names
/// opened.
class Marks {
 public:
  using Is = std::function<bool(const lang::Expression&)>;
  Marks(const Checked& checked, const Is& is);
  bool at(const CheckedFile& file, lang::ExprId id) const {
    return marks_.at(&file)[id];
  }

 private:
  std::map<const CheckedFile*, std::vector<bool>> marks_;
};

/// The deltas with which each named expression is evaluated for its users,
/// through other names too; two of them at most, ascending, none without
/// users.
std::map<const Definition*, std::vector<double>> deltas_of_names(
    const Checked& checked);

}  // namespace balance::check
