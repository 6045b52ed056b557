// netstat_bench: what one sample costs in CPU time, done in different ways on
// the sockets that are there now. All ways take turns, so that what disturbs
// one disturbs all. Prints a line for each: name, median, least and most
// milliseconds, separated by tabs. Run by qa/bench/netstat/run.
#include <algorithm>
#include <cstdio>
#include <stdexcept>
#include <string>

#include <sys/types.h>

#include <CLI/CLI.hpp>

#include "column.h"

namespace {

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 != 0 ? values[middle]
                                : (values[middle - 1] + values[middle]) / 2;
}

void measure(bench::Columns& columns, int rounds) {
  std::vector<std::vector<double>> samples(columns.size());
  // The first two rounds only make room for what is to come.
  for (int round = -2; round < rounds; ++round)
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const double ms = columns[i]->sample();
      if (round >= 0) samples[i].push_back(ms);
    }
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto [least, most] =
        std::minmax_element(samples[i].begin(), samples[i].end());
    std::printf("%s\t%.4f\t%.4f\t%.4f\n", columns[i]->name().c_str(),
                median(samples[i]), *least, *most);
  }
}

}  // namespace

int main(int argc, char** argv) {
  int rounds = 9;
  std::string host;
  pid_t netstat = 0;
  pid_t sockets = 0;
  CLI::App app("What one sample costs");
  app.add_option("--rounds", rounds)->check(CLI::Range(1, 1000));
  app.add_option("--host", host, "of the pmcd with the agents");
  app.add_option("--netstat", netstat, "pid of pmdanetstat");
  app.add_option("--sockets", sockets, "pid of PCP's pmdasockets");
  CLI11_PARSE(app, argc, argv);

  try {
    bench::Columns columns;
    bench::add_sources(columns);
    if (netstat != 0)
      bench::add_agent(columns, "publish", host, netstat,
                       {"netstat.conn.in.bytes", "netstat.conn.out.bytes"},
                       false);
    bench::add_command(columns, {"ss", "-tinp"});
    bench::add_command(columns, {"netstat", "-tnp"});
    if (sockets != 0)
      bench::add_agent(
          columns, "PCP sockets", host, sockets,
          {"network.persocket.bytes_acked", "network.persocket.bytes_received"},
          true);
    measure(columns, rounds);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "netstat_bench: %s\n", error.what());
    return 1;
  }
}
