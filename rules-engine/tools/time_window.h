// When to evaluate, and in which time zone to speak of it.
#pragma once

#include <string>

#include "base/result.h"
#include "tools/options.h"

namespace balance {

struct TimeWindow {
  double start_s = 0;  ///< of the first evaluation
  double end_s = 0;    ///< no evaluation is later
};

/// What -S, -T, -A and -O make of the time from `begin_s` to `end_s`: that of
/// the archives; live, from now to the end of time. The error's text shows what
/// is wrong in several lines, and has a newline at its end.
base::Result<TimeWindow> time_window(const CommandLine& command, double begin_s,
                                     double end_s);

/// `end_s` of a live run.
double end_of_time_s();

/// The zone of all times that are printed or given, from now on: as TZ takes
/// it.
base::Result<void> use_zone(const std::string& zone);
/// That of a host or an archive, as pmNewContext(3) takes them.
base::Result<void> use_zone_of(int context_type, const std::string& source);

}  // namespace balance
