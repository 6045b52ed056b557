#include "eval/rates.h"

#include "eval/kernels/kernels.h"

namespace balance {
namespace {

/// now - before, exact for integers.
double difference(const Sample& before, std::size_t b, const Sample& now,
                  std::size_t n) {
  if (now.kind == Sample::Kind::naturals) {
    const std::uint64_t x = now.naturals[n];
    const std::uint64_t y = before.naturals[b];
    return x >= y ? static_cast<double>(x - y) : -static_cast<double>(y - x);
  }
  if (now.kind == Sample::Kind::integers) {
    // Unsigned: a difference of int64s may not fit one.
    const auto x = static_cast<std::uint64_t>(now.integers[n]);
    const auto y = static_cast<std::uint64_t>(before.integers[b]);
    const bool up = now.integers[n] >= before.integers[b];
    return up ? static_cast<double>(x - y) : -static_cast<double>(y - x);
  }
  const double x = now.number(n);
  const double y = before.number(b);
  return has_number(x) && has_number(y) ? x - y : no_number();
}

/// Element by element, which every case allows.
bool slow_rates(const Sample& before, const Sample& now, double seconds,
                std::vector<double>& out) {
  bool complete = true;
  std::size_t b = 0;
  const std::vector<int>& old = before.roster->instances;
  for (std::size_t n = 0; n < now.size(); ++n) {
    const int instance = now.roster->instances[n];
    while (b < old.size() && old[b] < instance) ++b;
    out[n] = no_number();
    if (b < old.size() && old[b] == instance) {
      double change = difference(before, b, now, n);
      if (change < 0 && now.wrap > 0) change += now.wrap;
      if (has_number(change) && !(change < 0)) out[n] = change / seconds;
    }
    complete = complete && has_number(out[n]);
  }
  return complete;
}

bool fast_rates(const Sample& before, const Sample& now, double seconds,
                std::vector<double>& out) {
  const kernels::Table& loops = kernels::table();
  const std::size_t n = now.size();
  if (now.kind == Sample::Kind::naturals)
    return loops.rate_naturals(now.naturals.data(), before.naturals.data(),
                               seconds, out.data(), n);
  if (now.kind == Sample::Kind::numbers)
    return loops.rate(now.numbers.data(), before.numbers.data(), seconds,
                      out.data(), n);
  return false;
}

}  // namespace

bool counter_rates(const Sample& before, const Sample& now,
                   std::vector<double>& out) {
  const double seconds = now.taken_s - before.taken_s;
  out.resize(now.size());
  if (before.kind != now.kind || before.domain != now.domain) {
    out.assign(now.size(), no_number());
    return false;
  }
  // A comparison with a missing value or NaN is false: the slow way then.
  if (before.roster == now.roster && fast_rates(before, now, seconds, out))
    return true;
  return slow_rates(before, now, seconds, out);
}

}  // namespace balance
