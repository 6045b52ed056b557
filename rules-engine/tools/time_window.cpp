#include "tools/time_window.h"

#include <cstdlib>
#include <ctime>
#include <limits>
#include <utility>

#include <pcp/pmapi.h>

namespace balance {
namespace {

timeval time_of(double s) {
  timeval out{};
  pmtimevalFromReal(s, &out);
  return out;
}

const char* text_or_null(const std::string& text) {
  return text.empty() ? nullptr : text.c_str();
}

tl::unexpected<base::Error> pcp_failed(const char* call, int code) {
  return base::fail(code, std::string(call) + " failed: " + pmErrStr(code));
}

/// The zone that libpcp now uses becomes the program's.
base::Result<void> adopt_zone() {
  char* zone = nullptr;  // stays libpcp's
  if (const int code = pmWhichZone(&zone); code < 0)
    return pcp_failed("pmWhichZone", code);
  setenv("TZ", zone, 1);
  tzset();
  return {};
}

}  // namespace

double end_of_time_s() {
  return std::numeric_limits<int>::max();
}

base::Result<TimeWindow> time_window(const CommandLine& command, double begin_s,
                                     double end_s) {
  const timeval first = time_of(begin_s);
  const timeval last = time_of(end_s);
  timeval start{};
  timeval end{};
  timeval offset{};
  char* message = nullptr;
  const int code = pmParseTimeWindow(
      text_or_null(command.start), text_or_null(command.finish),
      text_or_null(command.align), text_or_null(command.origin), &first, &last,
      &start, &end, &offset, &message);
  if (code < 0) {
    std::string text = message == nullptr ? pmErrStr(code) : message;
    std::free(message);
    return base::fail(code, std::move(text));
  }
  return TimeWindow{pmtimevalToReal(&offset), pmtimevalToReal(&end)};
}

base::Result<void> use_zone(const std::string& zone) {
  if (const int code = pmNewZone(zone.c_str()); code < 0)
    return pcp_failed("pmNewZone", code);
  return adopt_zone();
}

base::Result<void> use_zone_of(int context_type, const std::string& source) {
  const int context = pmNewContext(context_type, source.c_str());
  if (context < 0) return pcp_failed("pmNewContext", context);
  base::Result<void> out;
  if (const int code = pmNewContextZone(); code < 0)
    out = pcp_failed("pmNewContextZone", code);
  else
    out = adopt_zone();
  pmDestroyContext(context);
  return out;
}

}  // namespace balance
