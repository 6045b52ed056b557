#include "archive/between.h"

#include <pcp/pmapi.h>

namespace balance {
namespace {

template <class T>
void select_values(const std::vector<T>& from, const Overlap& overlap,
                   std::vector<T>& to) {
  if (from.empty()) return to.clear();
  const auto& which = overlap.in_first();
  to.resize(which.size());
  for (std::size_t i = 0; i < which.size(); ++i) to[i] = from[which[i]];
}

template <class T, class Rule>
void blend(const std::vector<T>& a, const std::vector<T>& b,
           const Overlap& overlap, std::vector<T>& out, Rule rule) {
  const std::size_t n = overlap.both()->instances.size();
  out.resize(n);
  const auto& in_a = overlap.in_first();
  const auto& in_b = overlap.in_second();
  if (in_a.empty())
    for (std::size_t i = 0; i < n; ++i) out[i] = rule(a[i], b[i]);
  else
    for (std::size_t i = 0; i < n; ++i) out[i] = rule(a[in_a[i]], b[in_b[i]]);
}

// One half is added first and then all is cut, as libpcp does it, so that the
// results are the same to the last bit.

std::uint64_t between_u32(std::uint64_t a, std::uint64_t b, const Place& at,
                          bool wrap) {
  const auto from = static_cast<double>(a);
  if (b >= a)
    return static_cast<std::uint32_t>(
        0.5 + from + at.into_s * static_cast<double>(b - a) / at.span_s);
  if (!wrap)
    return static_cast<std::uint32_t>(
        0.5 + from - at.into_s * static_cast<double>(a - b) / at.span_s);
  const auto step = static_cast<std::uint32_t>(b - a);
  const auto more =
      static_cast<std::uint32_t>(0.5 + at.into_s * step / at.span_s);
  return static_cast<std::uint32_t>(a + more);
}

std::int64_t between_s32(std::int64_t a, std::int64_t b, const Place& at,
                         bool wrap) {
  std::int64_t step = b - a;
  if (step < 0 && wrap) step += std::int64_t{1} << 32;
  return static_cast<std::int32_t>(static_cast<std::int64_t>(
      0.5 + static_cast<double>(a) +
      at.into_s * static_cast<double>(step) / at.span_s));
}

std::int64_t between_s64(std::int64_t a, std::int64_t b, const Place& at) {
  const auto step = static_cast<std::int64_t>(static_cast<std::uint64_t>(b) -
                                              static_cast<std::uint64_t>(a));
  return static_cast<std::int64_t>(0.5 + static_cast<double>(a) +
                                   at.into_s * static_cast<double>(step) /
                                       at.span_s);
}

std::uint64_t between_u64(std::uint64_t a, std::uint64_t b, const Place& at,
                          bool wrap) {
  const auto from = static_cast<double>(a);
  if (b < a && !wrap)
    return static_cast<std::uint64_t>(
        0.5 + from - at.into_s * static_cast<double>(a - b) / at.span_s);
  const double to =
      0.5 + from + at.into_s * static_cast<double>(b - a) / at.span_s;
  return static_cast<std::uint64_t>(to < 0x1p64 ? to : to - 0x1p64);
}

double between_float(double a, double b, const Place& at) {
  const float step = static_cast<float>(b) - static_cast<float>(a);
  return static_cast<float>(a +
                            at.into_s * static_cast<double>(step) / at.span_s);
}

double between_double(double a, double b, const Place& at) {
  return a + at.into_s * (b - a) / at.span_s;
}

}  // namespace

void copy_head(const Sample& from, Sample& to) {
  to.kind = from.kind;
  to.counter = from.counter;
  to.instances = from.instances;
  to.domain = from.domain;
  to.scale = from.scale;
  to.wrap = from.wrap;
}

void select(const Sample& prior, const Overlap& overlap, Sample& out) {
  copy_head(prior, out);
  out.roster = overlap.both();
  select_values(prior.numbers, overlap, out.numbers);
  select_values(prior.naturals, overlap, out.naturals);
  select_values(prior.integers, overlap, out.integers);
  select_values(prior.texts, overlap, out.texts);
}

void interpolate(const Sample& prior, const Sample& next,
                 const Overlap& overlap, int type, const Place& place,
                 Sample& out) {
  copy_head(prior, out);
  out.roster = overlap.both();
  const bool wrap = prior.wrap != 0;
  const auto values = [&](auto member, auto rule) {
    blend(prior.*member, next.*member, overlap, out.*member, rule);
  };
  switch (type) {
    case PM_TYPE_32:
      return values(&Sample::integers, [&](auto a, auto b) {
        return between_s32(a, b, place, wrap);
      });
    case PM_TYPE_U32:
      return values(&Sample::naturals, [&](auto a, auto b) {
        return between_u32(a, b, place, wrap);
      });
    case PM_TYPE_64:
      return values(&Sample::integers,
                    [&](auto a, auto b) { return between_s64(a, b, place); });
    case PM_TYPE_U64:
      return values(&Sample::naturals, [&](auto a, auto b) {
        return between_u64(a, b, place, wrap);
      });
    case PM_TYPE_FLOAT:
      return values(&Sample::numbers,
                    [&](auto a, auto b) { return between_float(a, b, place); });
    default:
      return values(&Sample::numbers, [&](auto a, auto b) {
        return between_double(a, b, place);
      });
  }
}

}  // namespace balance
