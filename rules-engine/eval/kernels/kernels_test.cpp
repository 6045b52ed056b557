// Every instruction set that this machine has gives what plain code gives.
#include "eval/kernels/kernels.h"

#include <cmath>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "eval/column.h"
#include "eval/operations.h"

namespace balance::kernels {
namespace {

std::vector<const Table*> tables() {
  std::vector<const Table*> out = {&table_base()};
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx2")) out.push_back(&table_avx2());
#endif
  return out;
}

/// Numbers with gaps, NaN and infinities among them.
std::vector<double> numbers(std::size_t n, bool gaps, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<double> out;
  for (std::size_t i = 0; i < n; ++i) {
    switch (random() % 12) {
      case 0:
        out.push_back(gaps ? no_number() : 0);
        break;
      case 1:
        out.push_back(std::nan(""));
        break;
      case 2:
        out.push_back(INFINITY);
        break;
      default:
        out.push_back(static_cast<double>(random() % 9) - 4);
    }
  }
  return out;
}

bool same(double a, double b) {
  return a == b ||
         (std::isnan(a) && std::isnan(b) && has_number(a) == has_number(b));
}

TEST(Kernels, ElementsAreAsOneByOne) {
  for (const Table* loops : tables())
    for (const std::size_t n : {1U, 7U, 64U, 1001U})
      for (const bool gaps : {false, true}) {
        const std::vector<double> a = numbers(n, gaps, 1);
        const std::vector<double> b = numbers(n, gaps, 2);
        for (Op op = Op::add; op <= Op::divide;
             op = static_cast<Op>(static_cast<int>(op) + 1)) {
          std::vector<double> out(n);
          loops->arithmetic(op, {a.data(), false}, {b.data(), false}, !gaps,
                            out.data(), n);
          for (std::size_t i = 0; i < n; ++i)
            EXPECT_TRUE(same(
                out[i], apply(op, Value::of(a[i]), Value::of(b[i])).number));
        }
        for (Op op = Op::less; op <= Op::not_equal;
             op = static_cast<Op>(static_cast<int>(op) + 1)) {
          std::vector<Tri> out(n);
          std::size_t yes = 0;
          loops->compare(op, {a.data(), false}, {b.data(), true}, !gaps,
                         out.data(), n);
          for (std::size_t i = 0; i < n; ++i) {
            EXPECT_EQ(out[i],
                      apply(op, Value::of(a[i]), Value::of(b[0])).truth);
            yes += out[i] == Tri::yes ? 1 : 0;
          }
          if (!gaps) {
            EXPECT_EQ(loops->count(op, a.data(), b[0], n), yes);
          }
        }
      }
}

TEST(Kernels, TruthsAreKleenes) {
  std::mt19937 random(3);
  for (const Table* loops : tables()) {
    std::vector<Tri> a(1001), b(1001), out(1001);
    std::size_t yes = 0, unknown = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
      a[i] = static_cast<Tri>(random() % 3);
      b[i] = static_cast<Tri>(random() % 3);
      yes += a[i] == Tri::yes ? 1 : 0;
      unknown += a[i] == Tri::unknown ? 1 : 0;
    }
    const Tally tally = loops->tally(a.data(), a.size());
    EXPECT_EQ(tally.yes, yes);
    EXPECT_EQ(tally.unknown, unknown);
    for (const Op op : {Op::both, Op::either}) {
      loops->logic(op, a.data(), false, b.data(), false, out.data(), a.size());
      for (std::size_t i = 0; i < a.size(); ++i)
        EXPECT_EQ(out[i], apply(op, Value::of(a[i]), Value::of(b[i])).truth);
      loops->logic(op, a.data(), true, b.data(), false, out.data(), a.size());
      for (std::size_t i = 0; i < a.size(); ++i)
        EXPECT_EQ(out[i], apply(op, Value::of(a[0]), Value::of(b[i])).truth);
    }
    loops->negation(a.data(), out.data(), a.size());
    for (std::size_t i = 0; i < a.size(); ++i)
      EXPECT_EQ(out[i], negation(a[i]));
  }
}

TEST(Kernels, AggregatesAreTheSameEverywhere) {
  for (const std::size_t n : {1U, 3U, 8U, 1003U}) {
    std::vector<double> a = numbers(n, false, 4);
    for (double& x : a)
      if (std::isinf(x)) x = 0.1;
    double least = std::nan("");
    double greatest = least;
    for (const double x : a) {
      least = std::fmin(least, x);
      greatest = std::fmax(greatest, x);
    }
    for (const Table* loops : tables()) {
      EXPECT_TRUE(same(loops->least(a.data(), n), least));
      EXPECT_TRUE(same(loops->greatest(a.data(), n), greatest));
      EXPECT_TRUE(same(loops->sum(a.data(), n), table_base().sum(a.data(), n)));
    }
  }
}

TEST(Kernels, ARateThatWentBackIsSaid) {
  for (const Table* loops : tables()) {
    std::vector<std::uint64_t> before(100, 10), now(100, 30);
    std::vector<double> out(100);
    EXPECT_TRUE(
        loops->rate_naturals(now.data(), before.data(), 2, out.data(), 100));
    EXPECT_DOUBLE_EQ(out[99], 10);
    // By more than 2^63, which looks like a small step up.
    before[57] = (std::uint64_t{1} << 63) + 32;
    now[57] = 25;
    EXPECT_FALSE(
        loops->rate_naturals(now.data(), before.data(), 2, out.data(), 100));
    before[57] = 10;
    now[57] = 9;
    EXPECT_FALSE(
        loops->rate_naturals(now.data(), before.data(), 2, out.data(), 100));
  }
}

}  // namespace
}  // namespace balance::kernels
