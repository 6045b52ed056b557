// How the elements of two columns find each other: by host and instance.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "eval/column.h"

namespace balance {

inline constexpr std::size_t kNoPartner = static_cast<std::size_t>(-1);

/// Elements of one operand that cannot be told apart by their first word.
struct SameWord {
  HostId host = kNoHost;
  std::string word;
};

/// The elements of a result, and for each its positions in the two operands.
struct Join {
  std::shared_ptr<const Index> index;
  /// The first that was found: none of them has a value.
  std::optional<SameWord> same_word;
  /// Positions, if the operand is neither straight nor a single value.
  std::vector<std::size_t> left, right;
  /// Whether an operand's elements are those of the result, one by one.
  bool left_straight = false, right_straight = false;

  /// Of element `i`; kNoPartner: that operand has no value for it.
  std::size_t left_at(std::size_t i) const {
    return left_straight ? i : left.empty() ? 0 : left[i];
  }
  std::size_t right_at(std::size_t i) const {
    return right_straight ? i : right.empty() ? 0 : right[i];
  }
};

/// A single value meets everything; a value per host meets each instance of
/// the host; hosts meet by identity (one host meets all; lists of the same
/// length with nothing in common pair as written); instances by number within
/// a domain and host, else by the first word of the name, where `w` also meets
/// each `w/…`. What has no partner stays, without a value.
Join join(const std::shared_ptr<const Index>& left,
          const std::shared_ptr<const Index>& right);

/// The element of `index` at `host` that belongs to an instance of `domain`:
/// the same, or the one of the same first word, or the coarser one whose word
/// `name` continues after a slash. An element without instance belongs to all.
/// kNoPartner: none, or more than one.
std::size_t find_element(const Index& index, HostId host, std::uint32_t domain,
                         int instance, std::string_view name);

/// `fine` is `coarse`, or `coarse` and a slash and more.
bool refines(std::string_view fine, std::string_view coarse);

}  // namespace balance
