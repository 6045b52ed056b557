#include "check/usage.h"

#include <algorithm>

#include "check/walk.h"

namespace balance::check {
namespace {

using Deltas = std::vector<double>;

/// More than two tell nothing new.
void add(const Deltas& more, Deltas& to) {
  for (const double delta : more) {
    if (to.size() == 2) return;
    if (std::find(to.begin(), to.end(), delta) == to.end()) {
      to.push_back(delta);
    }
  }
  std::sort(to.begin(), to.end());
}

}  // namespace

Marks::Marks(const Checked& checked, const Is& is) {
  // Names are defined above their uses, operands stand below their operators.
  for (const CheckedFile& file : checked.files) {
    std::vector<bool>& marks = marks_[&file];
    const auto& expressions = file.file->expressions;
    marks.resize(expressions.size());
    for (lang::ExprId id = 0; id < expressions.size(); ++id) {
      bool marked = is(expressions[id]);
      for_each_operand(expressions[id], [&](lang::ExprId operand) {
        marked = marked || marks[operand];
      });
      if (const Definition* name = file.names[id]) {
        marked = marked || at(checked.file_of(*name), name->expression);
      }
      marks[id] = marked;
    }
  }
}

std::map<const Definition*, std::vector<double>> deltas_of_names(
    const Checked& checked) {
  std::map<const Definition*, Deltas> out;
  // From the users up to what they use.
  for (std::size_t f = checked.files.size(); f-- > 0;) {
    const CheckedFile& file = checked.files[f];
    for (std::size_t i = file.file->statements.size(); i-- > 0;) {
      Deltas deltas = {file.deltas_s[i]};
      if (const Definition* own = file.defines[i]) {
        const auto used = out.find(own);
        if (used != out.end()) deltas = used->second;
      }
      const auto use = [&](lang::ExprId id) {
        if (const Definition* name = file.names[id]) add(deltas, out[name]);
      };
      for_each_root(
          *file.file, file.file->statements[i],
          [&](lang::ExprId root) { for_each_below(*file.file, root, use); });
    }
  }
  return out;
}

}  // namespace balance::check
