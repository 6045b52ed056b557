#include "eval/element_states.h"

namespace balance {
namespace {

/// Both in ascending order of keys: the common case, that of a fetch.
bool merge(const Index& before, const Index& now,
           std::vector<std::size_t>& out) {
  std::size_t b = 0;
  for (std::size_t i = 0; i < now.keys.size(); ++i) {
    if (i > 0 && !(now.keys[i - 1] < now.keys[i])) return false;
    while (b < before.keys.size() && before.keys[b] < now.keys[i]) {
      if (b > 0 && !(before.keys[b - 1] < before.keys[b])) return false;
      ++b;
    }
    if (b < before.keys.size() && before.keys[b] == now.keys[i]) out[i] = b;
  }
  return std::is_sorted(before.keys.begin() + static_cast<std::ptrdiff_t>(b),
                        before.keys.end());
}

}  // namespace

std::vector<std::size_t> positions_before(const Index& before,
                                          const Index& now) {
  std::vector<std::size_t> out(now.keys.size(), kNotThere);
  if (merge(before, now, out)) return out;
  std::unordered_map<Key, std::size_t, KeyHash> known;
  known.reserve(before.keys.size());
  for (std::size_t i = 0; i < before.keys.size(); ++i)
    known.emplace(before.keys[i], i);
  for (std::size_t i = 0; i < now.keys.size(); ++i) {
    const auto found = known.find(now.keys[i]);
    out[i] = found == known.end() ? kNotThere : found->second;
  }
  return out;
}

}  // namespace balance
