// bench_measure: runs programs in turns, round after round, so that what
// disturbs one disturbs all, and prints what they took (plan.h). Run by
// qa/bench/engine/run.
#include <cstdio>
#include <exception>
#include <iostream>

#include <CLI/CLI.hpp>

#include "plan.h"

namespace {

void run_round(std::vector<bench::Way>& ways, int round,
               const std::string& folder) {
  for (std::size_t turn = 0; turn < ways.size(); ++turn) {
    // Every second round goes backwards: nobody always comes after the same.
    const bool backwards = round % 2 == 1;
    bench::Way& way = ways[backwards ? ways.size() - 1 - turn : turn];
    if (way.once && round != 0) continue;
    const bench::Cost cost =
        bench::run_child(way.words, way.limit_s, folder + "/" + way.name);
    // The round before the first only fills the caches.
    if (round >= 0) way.runs.push_back(cost);
  }
}

}  // namespace

int main(int argc, char** argv) {
  int rounds = 7;
  std::string folder;
  CLI::App app("Measures the ways that the plan on standard input lists");
  app.add_option("--rounds", rounds)->check(CLI::Range(1, 1000));
  app.add_option("--out", folder, "for what they print")->required();
  CLI11_PARSE(app, argc, argv);
  try {
    auto ways = bench::read_plan(std::cin);
    for (int round = -1; round < rounds; ++round)
      run_round(ways, round, folder);
    bench::print_result(ways);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_measure: %s\n", error.what());
    return 1;
  }
}
