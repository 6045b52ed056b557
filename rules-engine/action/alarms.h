// pmie's `alarm` action: a window on somebody's screen.
#pragma once

#include <ctime>
#include <map>
#include <string>

#include <sys/types.h>

#include "base/result.h"

namespace balance {

class Alarms {
 public:
  /// `program`: $PCP_XCONFIRM_PROG; "": /bin/echo takes its place.
  explicit Alarms(std::string program);

  /// Shows an alarm and does not wait until it is confirmed. False: that of the
  /// same action still shows, so there is no second one.
  base::Result<bool> show(const std::string& action, std::time_t now,
                          const std::string& text);

  /// Forgets the alarms that were confirmed.
  void reap();

 private:
  std::string program_;
  std::map<std::string, pid_t> shown_;  ///< by action
};

}  // namespace balance
