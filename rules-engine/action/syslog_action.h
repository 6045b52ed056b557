// pmie's `syslog` action.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "eval/decision.h"

namespace balance {

/// The options that may stand in front of the text: `-p [FACILITY.]LEVEL` and
/// `-t TAG`, each an argument of its own or the head of one. They are taken
/// from the strings as written, so no name of a process can add one.
struct SyslogOptions {
  int priority = 0;  ///< facility and level, as syslog(3) takes them
  std::string tag = "pcp-pmie";
  std::size_t count = 0;  ///< strings that the options take up
  /// What was passed over: text behind an option's value, unknown names.
  std::vector<std::string> warnings;
};
SyslogOptions syslog_options(const std::vector<std::string>& strings);

struct SyslogMessage {
  int priority = 0;
  std::string tag;
  std::string text;
};
SyslogMessage syslog_message(const Firing& firing);
void write_syslog(const SyslogMessage& message);

}  // namespace balance
