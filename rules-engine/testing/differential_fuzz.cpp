// libFuzzer's target: bytes choose rules and series; the compiled program and
// the tree walker must agree. Also linked with replay.cpp.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "testing/differential.h"
#include "testing/rule_gen.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using namespace balance::testing;
  if (size < 2) return 0;
  Case one;
  one.series.seed = data[0];
  one.series.troubles = data[1];
  one.series.ticks = 8;
  Dice dice(std::span(data + 2, size - 2));
  one.rules = generate_rules(dice, {.statements = 4, .depth = 4});
  const Comparison found = compare(one.rules.text(), one.series);
  if (found.difference.empty() && found.invalid.empty()) return 0;
  if (found.invalid.empty()) one = shrink(one);
  std::fputs(report(one).c_str(), stderr);
  std::abort();
}
