// Calls plugins away from the thread that evaluates rules: a bounded queue, one
// thread, and a deadline for each move.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "action/plugin.h"

namespace balance {

class ActionWorker {
 public:
  struct Limits {
    std::size_t queue = 256;
    /// A move whose end was not seen by then counts as failed.
    std::chrono::milliseconds deadline = std::chrono::minutes(10);
    std::chrono::milliseconds poll = std::chrono::milliseconds(500);
    /// How long a plugin stays ready that is not asked again: it may be busy.
    /// Others count on it (mosixd lends rules for 5 s).
    std::chrono::milliseconds ready = std::chrono::seconds(4);
  };

  /// `plugins` are open and are used by nobody else until `stop`. `rules`: the
  /// name of the set of rules, for those that ask whether they may act on it.
  ActionWorker(const Plugins& plugins, Limits limits, std::string rules = "");
  /// Waits for the call at hand; what is queued is not asked any more.
  ~ActionWorker();

  /// The actions that rules use: the others are not asked whether they are
  /// ready.
  void use(std::set<std::string> words);
  /// False: the queue is full, or no plugin has this word.
  bool submit(Call call);
  /// Why nothing should be asked of this action now; "": it is ready.
  std::string waits(const std::string& word) const;
  /// Waits until all have said whether they are ready, at most so long.
  void await_ready(std::chrono::milliseconds patience);
  /// Moves that ended since the last time.
  std::vector<CallOutcome> take_ended();

 private:
  using Clock = std::chrono::steady_clock;
  struct Running {
    Plugin* plugin;
    Clock::time_point deadline;
  };

  Plugin* plugin_of(std::string_view word) const;
  void loop(const std::stop_token& stop);
  void act(const Call& call);
  void ask_ready();
  void poll_all(const std::stop_token& stop);
  void ended(CallOutcome outcome);

  const Plugins& plugins_;
  Limits limits_;
  const std::string rules_;
  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  std::deque<Call> queue_;
  std::vector<CallOutcome> ended_;
  std::set<std::string> words_;
  /// What a plugin said of being ready, when it was asked.
  struct Said {
    std::string waits;  ///< "": it is
    Clock::time_point at;
  };
  std::map<std::string, Said> said_;  ///< by word; absent: it is not asked
  bool ready_asked_ = true;
  bool new_words_ = false;  ///< use() was called, they were not yet asked
  std::map<std::uint64_t, Running> running_;  ///< of the thread alone
  std::jthread thread_;
};

}  // namespace balance
