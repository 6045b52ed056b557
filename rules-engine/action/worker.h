// Calls plugins away from the thread that evaluates rules: a bounded queue, one
// thread, and a deadline for each move.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
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
  };

  /// `plugins` are open and are used by nobody else until `stop`.
  ActionWorker(const Plugins& plugins, Limits limits);
  /// Waits for the call at hand; what is queued is not asked any more.
  ~ActionWorker();

  /// False: the queue is full, or no plugin has this word.
  bool submit(Call call);
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
  void poll_all(const std::stop_token& stop);
  void ended(CallOutcome outcome);

  const Plugins& plugins_;
  Limits limits_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::deque<Call> queue_;
  std::vector<CallOutcome> ended_;
  std::map<std::uint64_t, Running> running_;  ///< of the thread alone
  std::jthread thread_;
};

}  // namespace balance
