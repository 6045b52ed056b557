// record-compare FIRST SECOND: how the records of two runs of pmbalance differ,
// one line each, then how many ticks both have. Exit status 1: they differ,
// 2: they cannot be compared.
#include <cstdio>

#include "record/compare.h"

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: record-compare FIRST SECOND\n");
    return 2;
  }
  const auto result = balance::compare(argv[1], argv[2]);
  if (!result) {
    std::fprintf(stderr, "record-compare: %s\n", result.error().text.c_str());
    return 2;
  }
  for (const balance::Difference& each : result->differences)
    std::printf("%.6f %s: %s, %s\n", each.time_s, each.what.c_str(),
                each.first.c_str(), each.second.c_str());
  std::printf("%zu ticks, %zu differences\n", result->ticks,
              result->differences.size());
  return result->differences.empty() ? 0 : 1;
}
