// What pmlogger must record so that rules can be replayed
// (--pmlogger-config).
//
// The interval is that of the rules, no other fits a replay that makes the
// same decisions:
//  * A replay evaluates at times of its own, and sees at each the newest value
//    recorded until then: it is older than the one that a live engine fetched
//    at that time, by the time since pmlogger's last sample. That is less than
//    one interval, and the same at each tick, as neither of the two drifts.
//  * `--exact` evaluates at the records: that is a live engine that ticks when
//    pmlogger samples. With a shorter interval it would tick more often than
//    the rules want, and windows, `rising` and rates would be others.
// record/compare.h tells what may be expected of the two.
#pragma once

#include <string>
#include <vector>

#include "program/program.h"
#include "record/derived.h"

namespace balance {

struct LoggerNeeds {
  /// What action plugins need, of each host; counts if a rule has such an
  /// action.
  std::vector<std::string> metrics;
  /// Of these the operands are recorded: pmlogger cannot record what its
  /// library computes.
  DerivedMetrics derived;
  std::string default_host;  ///< how comments call the host ""
};

/// The hosts of which something must be recorded.
std::vector<HostId> hosts_of(const Program& program);

/// A configuration of pmlogger(1) for one host, which begins with the line
/// `# host NAME`.
std::string pmlogger_config(const Program& program, const LoggerNeeds& needs,
                            HostId host);
/// Those of all hosts, one after another.
std::string pmlogger_config(const Program& program, const LoggerNeeds& needs);

}  // namespace balance
