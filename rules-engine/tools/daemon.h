// How pmbalance stands in the system: user, log, streams, pid file, signals.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "tools/options.h"

namespace balance {

/// What a command line asks for before any thread is made. Undone at the end:
/// the pid file is removed, the service manager is told.
class Daemon {
 public:
  /// Takes the user of a daemon, opens the log, joins the streams, leaves the
  /// session. An error: the log cannot be written.
  static base::Result<std::unique_ptr<Daemon>> start(
      const CommandLine& command);
  ~Daemon();
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  /// All is well so far: the pid file is written (by a primary engine), the
  /// service manager is told.
  void ready();
  /// A new log file of the same name, for whoever moved the old one away.
  void reopen_log();
  /// The absolute path of the log; "" if there is none.
  const std::string& log_path() const { return log_path_; }

 private:
  explicit Daemon(const CommandLine& command) : command_(command) {}
  base::Result<void> open_log();
  void write_pid_file();

  const CommandLine& command_;
  std::string log_path_;
  std::string pid_file_;
};

/// What is printed goes where messages go, line by line.
void join_streams();

/// A path that holds from every folder; "" of what is not there.
std::string absolute_path(const std::string& path);

/// Tells the service manager that started the program; nothing happens if none
/// did.
void notify_service_manager(const std::string& state);

/// Blocks SIGTERM, SIGINT, SIGHUP, SIGUSR1 and SIGUSR2 in this thread and those
/// that it makes, for the functions below.
void block_signals();
/// Undoes that in this thread.
void unblock_signals();

struct SignalActions {
  std::function<void()> hang_up;  ///< SIGHUP
  std::function<void()> dump;     ///< SIGUSR1
};

/// Ends the sleep of the main thread early, from any thread.
void wake();
/// Sleeps until the real clock says so, or less after wake(); false: SIGTERM or
/// SIGINT says stop.
bool sleep_until(double until_s, const SignalActions& actions);

}  // namespace balance
