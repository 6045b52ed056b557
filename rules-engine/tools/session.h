// What a live run and a replay have in common.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "action/plugin.h"
#include "base/result.h"
#include "engine/engine.h"
#include "record/recorder.h"
#include "tools/daemon.h"
#include "tools/options.h"
#include "tools/rule_files.h"
#include "tools/state_dump.h"
#include "tools/time_window.h"

namespace balance {

/// A run that is asked for; what it refers to outlives it.
struct RunRequest {
  const Program& program;
  const Plugins& plugins;
  const CommandLine& command;
  TimeWindow window;
  std::string config;        ///< path of the first rule file; "": stdin
  Daemon* daemon = nullptr;  ///< null: interactive
  /// Hosts that rules name and of which it was said that they do not answer.
  std::set<std::string> silent;
  Observer* observer = nullptr;  ///< who else looks on
  /// The files of a live run, read anew at SIGHUP; empty: they are not.
  Sources sources;
  /// Checks and compiles them, for hosts that keep their numbers.
  std::function<LoadedRules(const Sources&,
                            const std::vector<std::string>& hosts)>
      load = {};
};

/// Observers and the engine's world of one run.
class Session {
 public:
  explicit Session(const RunRequest& request) : request_(request) {}

  /// Opens the record if one is asked for. `host`: of the label.
  base::Result<void> record(const std::string& host);
  void observe(std::unique_ptr<Observer> observer) {
    observers_.push_back(std::move(observer));
  }

  using HostName = std::function<std::string(HostId)>;
  EngineOptions options(HostName host_name) const;
  /// `print`, `now_s`, `wait` and `act` are still to be set. It refers to the
  /// observers of this session, all of which are there.
  EngineWorld world(HostName host_name);
  /// What to do at SIGHUP and SIGUSR1.
  SignalActions signal_actions();

  /// "evaluator exiting", unless it shall be quiet.
  void say_end() const;

 private:
  const RunRequest& request_;
  std::vector<std::unique_ptr<Observer>> observers_;
  StateDump* dump_ = nullptr;  ///< one of the observers
};

/// The name of a set of rules: those of its files, without folders. Engines
/// that run one set are told from others by it.
std::string rules_name(const CommandLine& command);
/// One line for the log.
void log_line(const std::string& text);

}  // namespace balance
