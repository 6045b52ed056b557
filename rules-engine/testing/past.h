// What the tree walker remembers: all that an element was since it came.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "eval/column.h"

namespace balance::testing {

/// For each element its values at the evaluations without a break, the newest
/// last. An element that is away at one evaluation starts anew.
template <class T>
class Past {
 public:
  using Values = std::vector<T>;

  /// Begins an evaluation; each element there is noted once.
  void next() {
    before_ = std::move(now_);
    now_.clear();
  }
  /// The values of `key` up to now, to which the caller adds today's.
  Values& of(const Key& key) {
    const auto [at, added] = now_.try_emplace(key);
    if (!added)
      twice_ = true;
    else if (const auto old = before_.find(key); old != before_.end())
      at->second = std::move(old->second);
    return at->second;
  }
  /// Whether two elements of one evaluation had the same key: then nothing is
  /// promised about either.
  bool twice() const { return twice_; }

 private:
  std::map<Key, Values> before_, now_;
  bool twice_ = false;
};

}  // namespace balance::testing
