// bench_fetch: reads all values of an archive and does nothing with them: the
// least that any program pays that reads through libpcp. Prints how many there
// were.
#include <cstdio>
#include <stdexcept>
#include <string>

#include <pcp/pmapi.h>

#include <CLI/CLI.hpp>

namespace {

int check(int status) {
  if (status < 0) {
    char text[PM_MAXERRMSGLEN];
    throw std::runtime_error(pmErrStr_r(status, text, sizeof text));
  }
  return status;
}

long count(pmResult* result) {
  long values = 0;
  for (int i = 0; i < result->numpmid; ++i)
    if (result->vset[i]->numval > 0) values += result->vset[i]->numval;
  pmFreeResult(result);
  return values;
}

/// Record by record.
long read_records() {
  long values = 0;
  pmResult* result = nullptr;
  for (;;) {
    const int status = pmFetchArchive(&result);
    if (status == PM_ERR_EOL) return values;
    check(status);
    values += count(result);
  }
}

/// As pmie does: values at each second, interpolated by libpcp.
long read_interpolated(const std::string& metric) {
  const char* name = metric.c_str();
  pmID id = 0;
  check(pmLookupName(1, &name, &id));
  pmLogLabel label{};
  check(pmGetArchiveLabel(&label));
  timeval start = label.ll_start;
  check(pmSetMode(PM_MODE_INTERP, &start, 1000));
  long values = 0;
  pmResult* result = nullptr;
  for (;;) {
    const int status = pmFetch(1, &id, &result);
    if (status == PM_ERR_EOL) return values;
    check(status);
    values += count(result);
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::string archive;
  std::string metric;
  CLI::App app("Reads all values of an archive");
  app.add_option("archive", archive)->required();
  app.add_option("--interpolate", metric, "this metric, at each second");
  CLI11_PARSE(app, argc, argv);
  try {
    check(pmNewContext(PM_CONTEXT_ARCHIVE, archive.c_str()));
    std::printf("%ld\n",
                metric.empty() ? read_records() : read_interpolated(metric));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_fetch: %s\n", error.what());
    return 1;
  }
}
