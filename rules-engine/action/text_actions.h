// pmie's five text actions, for real.
#pragma once

#include <chrono>
#include <cstdint>
#include <ctime>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include "action/alarms.h"
#include "action/shell_command.h"
#include "action/stomp_link.h"
#include "action/text_action.h"
#include "base/result.h"
#include "eval/decision.h"

namespace balance {

class TextActions {
 public:
  struct Options {
    std::function<void(const std::string&)> print;  ///< lines, to stdout
    std::function<void(const std::string&)> log;    ///< one line
    /// A variable of pcp.conf(5), "" if it is not set.
    std::function<std::string(const char* name)> setting;
    /// A command that runs longer is killed, with all that it started; 0:
    /// never.
    std::chrono::milliseconds shell_deadline{0};
    /// Asked while a command runs; true: do not wait for it any longer. May be
    /// empty.
    std::function<bool()> stopping;
    /// `-j`: the settings of `stomp`; "": those of pmie.
    std::string stomp_file;
  };

  struct Counters {
    std::uint64_t executed = 0;  ///< whether they succeeded or not
    std::uint64_t refused = 0;   ///< `shell` that would have run data
    std::uint64_t failed = 0;    ///< without success, the refused ones too
  };

  explicit TextActions(Options options);

  /// Makes ready for the actions of a program: connects to the STOMP server if
  /// one of them needs it and that was not done before. An error: it cannot be
  /// reached.
  base::Result<void> prepare(const Program& program);

  /// Executes an action of a text kind. True: it succeeded; an alarm that still
  /// shows counts as that.
  bool execute(const Firing& firing, std::time_t now);

  /// To be called now and then.
  void reap() { alarms_.reap(); }

  const Counters& counters() const { return counters_; }

 private:
  /// False: no success, about which there is nothing to say.
  base::Result<bool> run(const Firing& firing, std::time_t now);
  base::Result<bool> shell(const Firing& firing);
  base::Result<bool> alarm(const Firing& firing, std::time_t now);
  base::Result<bool> write_to_syslog(const Firing& firing);
  base::Result<bool> stomp(const Firing& firing);
  base::Result<bool> execute_command(const ShellCommand& command);
  base::Result<void> connect_stomp();
  void log(const Firing& firing, const std::string& text,
           std::set<std::string>& said);

  Options options_;
  std::string path_;  ///< "PATH=…" of commands
  Alarms alarms_;
  std::unique_ptr<StompLink> stomp_;
  Counters counters_;
  std::set<std::string> failing_;  ///< actions: logged, until a success
  std::set<std::string> warned_;   ///< actions: logged, for good
};

}  // namespace balance
