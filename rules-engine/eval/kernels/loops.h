// The loops themselves: included once for each instruction set. Everything is
// local to the file that includes it, and no template of the library is used:
// code for a newer machine must not become the code of the older one.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "eval/kernels/kernels.h"

namespace balance::kernels {
namespace {

constexpr uint64_t kMissing = 0x7ff8'0000'6e6f'6e65;

inline bool missing(double x) {
  uint64_t bits;
  __builtin_memcpy(&bits, &x, sizeof bits);
  return bits == kMissing;
}

inline double none() {
  double out;
  __builtin_memcpy(&out, &kMissing, sizeof out);
  return out;
}

bool any_missing(const double* a, size_t n) {
  uint64_t found = 0;
  for (size_t i = 0; i < n; ++i) found |= missing(a[i]) ? 1u : 0u;
  return found != 0;
}

struct Add {
  double operator()(double a, double b) const { return a + b; }
};
struct Subtract {
  double operator()(double a, double b) const { return a - b; }
};
struct Multiply {
  double operator()(double a, double b) const { return a * b; }
};
struct Divide {
  double operator()(double a, double b) const { return a / b; }
};
struct Less {
  bool operator()(double a, double b) const { return a < b; }
};
struct LessEqual {
  bool operator()(double a, double b) const { return a <= b; }
};
struct Greater {
  bool operator()(double a, double b) const { return a > b; }
};
struct GreaterEqual {
  bool operator()(double a, double b) const { return a >= b; }
};
struct Equal {
  bool operator()(double a, double b) const { return a == b; }
};
struct NotEqual {
  bool operator()(double a, double b) const { return a != b; }
};

template <class F>
void numbers_loop(Numbers a, Numbers b, bool complete, double* out, size_t n) {
  const F f;
  if (a.one) {
    const double x = *a.at;
    for (size_t i = 0; i < n; ++i) out[i] = f(x, b.at[i]);
  } else if (b.one) {
    const double y = *b.at;
    for (size_t i = 0; i < n; ++i) out[i] = f(a.at[i], y);
  } else {
    for (size_t i = 0; i < n; ++i) out[i] = f(a.at[i], b.at[i]);
  }
  if (complete) return;
  for (size_t i = 0; i < n; ++i)
    if (missing(a.at[a.one ? 0 : i]) || missing(b.at[b.one ? 0 : i]))
      out[i] = none();
}

void arithmetic(Op op, Numbers a, Numbers b, bool complete, double* out,
                size_t n) {
  switch (op) {
    case Op::add:
      return numbers_loop<Add>(a, b, complete, out, n);
    case Op::subtract:
      return numbers_loop<Subtract>(a, b, complete, out, n);
    case Op::multiply:
      return numbers_loop<Multiply>(a, b, complete, out, n);
    default:
      return numbers_loop<Divide>(a, b, complete, out, n);
  }
}

inline Tri truth(bool x) {
  return static_cast<Tri>(x ? 2 : 0);
}

template <class F>
void truths_loop(Numbers a, Numbers b, bool complete, Tri* out, size_t n) {
  const F f;
  if (a.one) {
    const double x = *a.at;
    for (size_t i = 0; i < n; ++i) out[i] = truth(f(x, b.at[i]));
  } else if (b.one) {
    const double y = *b.at;
    for (size_t i = 0; i < n; ++i) out[i] = truth(f(a.at[i], y));
  } else {
    for (size_t i = 0; i < n; ++i) out[i] = truth(f(a.at[i], b.at[i]));
  }
  if (complete) return;
  for (size_t i = 0; i < n; ++i)
    if (missing(a.at[a.one ? 0 : i]) || missing(b.at[b.one ? 0 : i]))
      out[i] = Tri::unknown;
}

void compare(Op op, Numbers a, Numbers b, bool complete, Tri* out, size_t n) {
  switch (op) {
    case Op::less:
      return truths_loop<Less>(a, b, complete, out, n);
    case Op::less_equal:
      return truths_loop<LessEqual>(a, b, complete, out, n);
    case Op::greater:
      return truths_loop<Greater>(a, b, complete, out, n);
    case Op::greater_equal:
      return truths_loop<GreaterEqual>(a, b, complete, out, n);
    case Op::equal:
      return truths_loop<Equal>(a, b, complete, out, n);
    default:
      return truths_loop<NotEqual>(a, b, complete, out, n);
  }
}

template <class F>
size_t count_loop(const double* a, double b, size_t n) {
  const F f;
  // Lanes that do not wait for each other: a few vectors of any width.
  constexpr size_t kLanes = 16;
  uint64_t lanes[kLanes] = {};
  size_t i = 0;
  for (; i + kLanes <= n; i += kLanes)
    for (size_t k = 0; k < kLanes; ++k) lanes[k] += f(a[i + k], b) ? 1u : 0u;
  uint64_t out = 0;
  for (const uint64_t lane : lanes) out += lane;
  for (; i < n; ++i) out += f(a[i], b) ? 1u : 0u;
  return out;
}

size_t count(Op op, const double* a, double b, size_t n) {
  switch (op) {
    case Op::less:
      return count_loop<Less>(a, b, n);
    case Op::less_equal:
      return count_loop<LessEqual>(a, b, n);
    case Op::greater:
      return count_loop<Greater>(a, b, n);
    case Op::greater_equal:
      return count_loop<GreaterEqual>(a, b, n);
    case Op::equal:
      return count_loop<Equal>(a, b, n);
    default:
      return count_loop<NotEqual>(a, b, n);
  }
}

inline uint8_t byte(Tri x) {
  return static_cast<uint8_t>(x);
}

/// The lesser of two truths is Kleene's `and`, the greater his `or`.
template <bool kLesser>
void logic_loop(const Tri* a, bool a_one, const Tri* b, bool b_one, Tri* out,
                size_t n) {
  const auto pick = [](Tri x, Tri y) {
    return kLesser == (byte(x) < byte(y)) ? x : y;
  };
  if (a_one) {
    const Tri x = *a;
    for (size_t i = 0; i < n; ++i) out[i] = pick(x, b[i]);
  } else if (b_one) {
    const Tri y = *b;
    for (size_t i = 0; i < n; ++i) out[i] = pick(a[i], y);
  } else {
    for (size_t i = 0; i < n; ++i) out[i] = pick(a[i], b[i]);
  }
}

void logic(Op op, const Tri* a, bool a_one, const Tri* b, bool b_one, Tri* out,
           size_t n) {
  if (op == Op::both)
    logic_loop<true>(a, a_one, b, b_one, out, n);
  else
    logic_loop<false>(a, a_one, b, b_one, out, n);
}

void negation(const Tri* a, Tri* out, size_t n) {
  for (size_t i = 0; i < n; ++i) out[i] = static_cast<Tri>(2 - byte(a[i]));
}

Tally tally(const Tri* a, size_t n) {
  // Bytes are added up in bytes, which vectors do best: 255 rounds at most.
  Tally out;
  for (size_t from = 0; from < n;) {
    const size_t to = n - from > 128 ? from + 128 : n;
    uint8_t yes = 0;
    uint8_t unknown = 0;
    for (size_t i = from; i < to; ++i) {
      yes = static_cast<uint8_t>(yes + (byte(a[i]) >> 1));
      unknown = static_cast<uint8_t>(unknown + (byte(a[i]) & 1));
    }
    out.yes += yes;
    out.unknown += unknown;
    from = to;
  }
  return out;
}

/// In four lanes, so that additions need not wait for each other; the order is
/// the same on every machine.
double sum(const double* a, size_t n) {
  double lanes[4] = {0, 0, 0, 0};
  size_t i = 0;
  for (; i + 4 <= n; i += 4)
    for (size_t k = 0; k < 4; ++k) lanes[k] += a[i + k];
  double out = 0;
  for (; i < n; ++i) out += a[i];
  return out + ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3]));
}

template <bool kLeast>
double extreme(const double* a, size_t n) {
  double lanes[4];
  for (double& lane : lanes) lane = a[0];
  const auto pick = [](double best, double x) {
    if (best != best) return x;
    return (kLeast ? x < best : x > best) ? x : best;
  };
  size_t i = 0;
  for (; i + 4 <= n; i += 4)
    for (size_t k = 0; k < 4; ++k) lanes[k] = pick(lanes[k], a[i + k]);
  for (; i < n; ++i) lanes[0] = pick(lanes[0], a[i]);
  return pick(pick(lanes[0], lanes[1]), pick(lanes[2], lanes[3]));
}

double least(const double* a, size_t n) {
  return extreme<true>(a, n);
}
double greatest(const double* a, size_t n) {
  return extreme<false>(a, n);
}

bool ordered(const double* a, size_t n) {
  uint64_t nan = 0;
  for (size_t i = 0; i < n; ++i) nan |= a[i] == a[i] ? 0u : 1u;
  return nan == 0;
}

bool rate(const double* now, const double* before, double seconds, double* out,
          size_t n) {
  uint64_t back = 0;
  for (size_t i = 0; i < n; ++i) {
    back |= now[i] >= before[i] ? 0u : 1u;
    out[i] = (now[i] - before[i]) / seconds;
  }
  return back == 0;
}

bool rate_naturals(const uint64_t* now, const uint64_t* before, double seconds,
                   double* out, size_t n) {
  uint64_t back = 0;
  for (size_t i = 0; i < n; ++i) {
    const uint64_t change = now[i] - before[i];
    // Below 2^63 the conversion from a signed integer is as good; more than
    // that is left to who asks.
    back |= change | (now[i] < before[i] ? uint64_t{1} << 63 : 0);
    out[i] = static_cast<double>(static_cast<int64_t>(change)) / seconds;
  }
  return (back >> 63) == 0;
}

void scale(const double* a, double factor, double* out, size_t n) {
  for (size_t i = 0; i < n; ++i) out[i] = a[i] * factor;
}

constexpr Table kTable = {
    any_missing, arithmetic, compare,  count,   logic, negation,      tally,
    sum,         least,      greatest, ordered, rate,  rate_naturals, scale};

}  // namespace
}  // namespace balance::kernels
