// Chance for generators: from a seed, or from the bytes of a fuzzer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <vector>

namespace balance::testing {

/// The same on every machine (the distributions of the standard library are
/// not).
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}
  /// Each throw takes a byte (two for many sides); when there are no more, all
  /// throws are 0, which generators take for their simplest choice.
  explicit Dice(std::span<const std::uint8_t> bytes)
      : bytes_(bytes.begin(), bytes.end()), from_bytes_(true) {}

  /// 0 … sides - 1.
  std::size_t below(std::size_t sides) {
    if (sides < 2) return 0;
    if (!from_bytes_) return engine_() % sides;
    std::size_t out = byte();
    if (sides > 256) out = out << 8 | byte();
    return out % sides;
  }
  bool one_in(std::size_t n) { return below(n) == n - 1; }

  template <class T, std::size_t N>
  const T& of(const T (&choices)[N]) {
    return choices[below(N)];
  }
  template <class T>
  const T& of(const std::vector<T>& choices) {
    return choices[below(choices.size())];
  }

 private:
  std::size_t byte() { return at_ < bytes_.size() ? bytes_[at_++] : 0; }

  std::mt19937_64 engine_;
  std::vector<std::uint8_t> bytes_;
  std::size_t at_ = 0;
  bool from_bytes_ = false;
};

}  // namespace balance::testing
