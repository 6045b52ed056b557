// pmie's actions that only write a text.
#pragma once

#include <ctime>
#include <string>
#include <vector>

namespace balance {

/// "CTIME: TEXT" and a newline, as pmie's `print` writes it.
std::string print_line(std::time_t now, const std::vector<std::string>& texts);

/// What pmie's `syslog` makes of its strings: `-p [FACILITY.]LEVEL` and
/// `-t TAG` in front, each an argument of its own, then the text.
struct SyslogMessage {
  int priority = 0;  ///< facility and level, as syslog(3) takes them
  std::string tag = "pcp-pmie";
  std::string text;
};
SyslogMessage syslog_message(const std::vector<std::string>& texts);
void write_syslog(const SyslogMessage& message);

}  // namespace balance
