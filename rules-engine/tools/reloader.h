// Reads rule files anew while the engine goes on.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tools/rule_files.h"

namespace balance {

class Reloader {
 public:
  struct World {
    /// Checks and compiles, for hosts that keep their numbers; they may be
    /// asked about metrics, which may take long. In the loading thread.
    std::function<LoadedRules(const Sources&, const std::vector<std::string>&)>
        load;
    /// Called by that thread when there is something to take.
    std::function<void()> wake;
  };
  struct Result {
    /// None: `rules.messages` says why, or the files could not be read.
    LoadedRules rules;
    Sources sources;  ///< keep alive what the messages are about
    bool unchanged = false;
    bool checked = false;  ///< by check()
    bool again = false;    ///< ask() was called meanwhile
  };

  /// `running`: the sources of the rules at hand, whose names are their paths.
  Reloader(Sources running, World world)
      : running_(std::move(running)), world_(std::move(world)) {}

  /// Begins to read, if it is not at it. Standard input is not read again.
  void ask(std::vector<std::string> hosts) { begin(std::move(hosts), false); }
  /// Begins to check the rules at hand once more, without reading them: more is
  /// known of metrics by now. False: it is at something else.
  bool check(std::vector<std::string> hosts) {
    return begin(std::move(hosts), true);
  }
  /// What was read since the last time.
  std::optional<Result> take();

 private:
  bool begin(std::vector<std::string> hosts, bool check);
  Result read(const Sources& running,
              const std::vector<std::string>& hosts) const;

  Sources running_;  ///< of the thread that asks
  World world_;
  std::mutex mutex_;
  bool busy_ = false;
  bool again_ = false;
  std::optional<Result> done_;
  std::jthread thread_;
};

}  // namespace balance
