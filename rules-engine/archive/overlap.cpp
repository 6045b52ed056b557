#include "archive/overlap.h"

namespace balance {

void Overlap::of(const std::shared_ptr<const Roster>& first,
                 const std::shared_ptr<const Roster>& second) {
  if (first == first_ && second == second_) return;
  first_ = first;
  second_ = second;
  in_first_.clear();
  in_second_.clear();
  both_ = first;
  if (first == second) return;
  const std::vector<int>& a = first->instances;
  const std::vector<int>& b = second->instances;
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    if (a[i] < b[j]) {
      ++i;
    } else if (b[j] < a[i]) {
      ++j;
    } else {
      if (first->names[i] == second->names[j]) {
        in_first_.push_back(static_cast<std::uint32_t>(i));
        in_second_.push_back(static_cast<std::uint32_t>(j));
      }
      ++i;
      ++j;
    }
  }
  if (in_first_.size() == a.size()) return;
  if (in_first_.size() == b.size()) {
    both_ = second;
    return;
  }
  auto made = std::make_shared<Roster>();
  made->instances.reserve(in_first_.size());
  made->names.reserve(in_first_.size());
  for (const std::uint32_t i : in_first_) {
    made->instances.push_back(a[i]);
    made->names.push_back(first->names[i]);
  }
  both_ = std::move(made);
}

}  // namespace balance
