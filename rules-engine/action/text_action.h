// The lines that text actions print.
#pragma once

#include <ctime>
#include <string>
#include <vector>

#include "base/result.h"
#include "eval/decision.h"

namespace balance {

/// "Thu Jan  1 00:00:10 1970", in the time zone of TZ.
std::string ctime_text(std::time_t when);

/// "CTIME: TEXT" and a newline, as pmie's `print` writes it.
std::string print_line(std::time_t now, const std::vector<std::string>& texts);

/// What an action would do, and a newline: archives and dry runs print it and
/// do nothing. `format` is that of `-o`, "" the default `%a %d: %m`:
///   %a action  %d ctime  %u ctime with microseconds  %f file of the rule
///   %l line  %m text  %% a per cent sign
std::string archive_line(const Firing& firing, double now_s,
                         const std::string& format);

/// An error names the first letter that no format has.
base::Result<void> check_format(const std::string& format);

/// The strings of the action in one, with their %-words replaced; of `syslog`
/// without its options.
std::string action_text(const Firing& firing);

}  // namespace balance
