// What an operation remembers of each element from one evaluation to the next.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "eval/column.h"

namespace balance {

/// Where each element of `now` stands in `before`; kNotThere: nowhere.
inline constexpr std::size_t kNotThere = static_cast<std::size_t>(-1);
std::vector<std::size_t> positions_before(const Index& before,
                                          const Index& now);

/// States beside the elements of an index. An element that is away for more
/// than `patience` evaluations starts anew.
template <class T>
class ElementStates {
 public:
  explicit ElementStates(std::uint64_t patience = 0) : patience_(patience) {}

  /// The states of the elements of `index`; call once an evaluation. The same
  /// index as the last time costs nothing.
  std::vector<T>& align(const std::shared_ptr<const Index>& index) {
    ++evaluation_;
    if (index != index_) move_to(index);
    return states_;
  }

 private:
  struct Away {
    T state;
    std::uint64_t seen;  ///< at that evaluation for the last time
  };

  void move_to(const std::shared_ptr<const Index>& index) {
    std::vector<T> states(index->keys.size());
    if (index_) {
      const std::vector<std::size_t> before = positions_before(*index_, *index);
      if (patience_ > 0) keep_away(before);
      for (std::size_t i = 0; i < states.size(); ++i) {
        if (before[i] != kNotThere)
          states[i] = std::move(states_[before[i]]);
        else if (patience_ > 0)
          come_back(index->keys[i], states[i]);
      }
    }
    states_ = std::move(states);
    index_ = index;
  }

  void keep_away(const std::vector<std::size_t>& before) {
    std::erase_if(away_, [&](const auto& each) {
      return each.second.seen + patience_ < evaluation_;
    });
    std::vector<bool> stays(states_.size(), false);
    for (const std::size_t at : before)
      if (at != kNotThere) stays[at] = true;
    for (std::size_t i = 0; i < states_.size(); ++i)
      if (!stays[i]) away_[index_->keys[i]] = {states_[i], evaluation_ - 1};
  }

  void come_back(const Key& key, T& state) {
    const auto found = away_.find(key);
    if (found == away_.end()) return;
    if (found->second.seen + patience_ >= evaluation_)
      state = std::move(found->second.state);
    away_.erase(found);
  }

  std::uint64_t patience_;
  std::uint64_t evaluation_ = 0;
  std::shared_ptr<const Index> index_;
  std::vector<T> states_;
  std::unordered_map<Key, Away, KeyHash> away_;
};

}  // namespace balance
