// The loops over elements. Compiled for several instruction sets, the best that
// the machine has is used; nothing here knows of hosts or instances.
#pragma once

#include <cstddef>
#include <cstdint>

#include "program/program.h"
#include "program/tri.h"

namespace balance::kernels {

/// One operand of a loop: n values, or one for all.
struct Numbers {
  const double* at;
  bool one;
};

struct Tally {
  std::size_t yes = 0;
  std::size_t unknown = 0;
};

struct Table {
  /// Is there no_number() among them?
  bool (*any_missing)(const double* a, std::size_t n);
  /// add, subtract, multiply, divide. Where `complete` is false, what lacks an
  /// operand becomes no_number().
  void (*arithmetic)(Op op, Numbers a, Numbers b, bool complete, double* out,
                     std::size_t n);
  /// less … not_equal; unknown where an operand is missing.
  void (*compare)(Op op, Numbers a, Numbers b, bool complete, Tri* out,
                  std::size_t n);
  /// How many of `a` (none missing) compare true with `b`.
  std::size_t (*count)(Op op, const double* a, double b, std::size_t n);
  /// both, either. `one`: a single truth for all.
  void (*logic)(Op op, const Tri* a, bool a_one, const Tri* b, bool b_one,
                Tri* out, std::size_t n);
  void (*negation)(const Tri* a, Tri* out, std::size_t n);
  Tally (*tally)(const Tri* a, std::size_t n);
  // Of n > 0 values, none missing. NaN is passed over by least and greatest.
  double (*sum)(const double* a, std::size_t n);
  double (*least)(const double* a, std::size_t n);
  double (*greatest)(const double* a, std::size_t n);
  /// Is none of them NaN?
  bool (*ordered)(const double* a, std::size_t n);
  /// (now - before) / seconds; false if one went below its `before` (then
  /// `out` is not to be used).
  bool (*rate)(const double* now, const double* before, double seconds,
               double* out, std::size_t n);
  /// As well if a difference is 2^63 or more.
  bool (*rate_naturals)(const std::uint64_t* now, const std::uint64_t* before,
                        double seconds, double* out, std::size_t n);
  void (*scale)(const double* a, double factor, double* out, std::size_t n);
};

/// For this machine.
const Table& table();

// One for each instruction set that was compiled.
const Table& table_base();
const Table& table_avx2();  ///< x86-64-v3

}  // namespace balance::kernels
