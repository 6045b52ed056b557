// The value of an expression at one tick: one element, one per host, or one per
// host and instance. Elements are named, never numbered: two columns meet by
// host and instance (see join.h).
#pragma once

#include <bit>
#include <cmath>
#include <compare>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "program/program.h"
#include "program/tri.h"

namespace balance {

inline constexpr HostId kNoHost = std::numeric_limits<HostId>::max();
inline constexpr int kNoInstance = -1;

/// "No value" of a number: a NaN that no arithmetic makes, so that the NaN of
/// 0/0, which pmie compares as a number, stays distinct from it.
inline double no_number() {
  return std::bit_cast<double>(0x7ff8'0000'6e6f'6e65);
}
inline bool has_number(double x) {
  return !std::isnan(x) ||
         std::bit_cast<std::uint64_t>(x) != 0x7ff8'0000'6e6f'6e65;
}

/// Which element. `domain` is the instance domain of `instance`: instances of
/// one domain are told apart by number, those of two by name.
struct Key {
  HostId host = kNoHost;
  std::uint32_t domain = 0;
  int instance = kNoInstance;

  auto operator<=>(const Key&) const = default;
  bool has_instance() const { return instance != kNoInstance; }
};

struct KeyHash {
  std::size_t operator()(const Key& key) const {
    const std::uint64_t low = static_cast<std::uint32_t>(key.instance);
    const std::uint64_t mixed = (std::uint64_t{key.host} << 40) ^
                                (std::uint64_t{key.domain} << 20) ^ low;
    return std::hash<std::uint64_t>{}(mixed);
  }
};

/// The names of a column's elements, shared by all columns that have the same.
struct Index {
  std::vector<HostId> hosts;  ///< as written, also those without elements;
                              ///< empty: a single value
  std::vector<Key> keys;      ///< host by host, in the order of `hosts`
  /// Of the instances, beside `keys`; the bytes are those of `owners`.
  std::vector<std::string_view> names;
  /// The keys of hosts[h] are [starts[h], starts[h + 1]). One range for a
  /// single value.
  std::vector<std::uint32_t> starts;
  bool listed = false;  ///< the text names the instances: `#a #b`
  std::vector<std::shared_ptr<const void>> owners;

  bool single() const { return hosts.empty(); }
  /// What follows belongs to another host; also called once at the end.
  void end_host() { starts.push_back(static_cast<std::uint32_t>(keys.size())); }
};

/// Beside the keys of `index`, one of the three vectors has the values.
struct Column {
  Type type = Type::number;
  /// Of a `window`: so many values for each key, newest first. Else 1.
  std::uint32_t samples = 1;
  /// No element lacks its value: loops need not look.
  bool complete = false;
  std::shared_ptr<const Index> index;
  std::vector<double> numbers;
  std::vector<Tri> truths;
  std::vector<std::optional<std::string>> texts;

  std::size_t size() const { return index ? index->keys.size() : 0; }
};

/// One element.
struct Value {
  Type type = Type::number;
  double number = no_number();
  Tri truth = Tri::unknown;
  std::optional<std::string> text;

  bool known() const;
  static Value of(double x) { return {Type::number, x, {}, {}}; }
  static Value of(Tri x) { return {Type::truth, no_number(), x, {}}; }
};

Value element(const Column& column, std::size_t i);
/// Makes `column` able to hold values of its type beside its index, all
/// unknown.
void resize(Column& column);
/// The same for a column of which every element will be assigned: what is there
/// already may stay.
void reuse(Column& column, const std::shared_ptr<const Index>& index);
/// Sets `complete` after the elements were assigned.
void find_complete(Column& column);
void assign(Column& column, std::size_t i, const Value& value);

/// The index of a single value.
const std::shared_ptr<const Index>& single_index();

using base::first_word;

}  // namespace balance
