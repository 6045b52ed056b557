// Carries out text actions that may take long away from the thread that
// evaluates rules.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "eval/decision.h"
#include "eval/text_runs.h"

namespace balance {

/// The actions of one rule at one evaluation.
struct TextJob {
  std::shared_ptr<const Action> action;  ///< the whole tree
  Firing about;                          ///< `action` is not used
  double now_s = 0;                      ///< scheduled time of the evaluation
};

/// One action that was carried out.
struct TextDone {
  TextJob job;  ///< keeps `firing.action` alive
  Firing firing;
  bool success = false;
};

/// One thread: actions come in the order of the rules, as in pmie.
class TextWorker {
 public:
  /// `execute` is called by that thread alone, `idle` about twice a second.
  struct World {
    std::function<bool(const Firing&, double now_s)> execute;
    std::function<void()> idle;
  };
  static constexpr std::size_t kMostWaiting = 256;

  explicit TextWorker(World world);
  /// Waits for the action at hand; what is queued is not begun.
  ~TextWorker();

  /// "": accepted. Else why not: the same action of an earlier evaluation has
  /// not ended, or too many wait.
  std::string submit(TextJob job);
  /// What was carried out since the last time.
  std::vector<TextDone> take_done();
  /// Nothing waits and nothing is under way.
  bool is_idle() const;
  /// The rules were read anew: of the actions only these numbers remain.
  void keep(const std::set<std::uint32_t>& ids);

 private:
  void loop(const std::stop_token& stop);
  void carry_out(const TextJob& job);

  World world_;
  TextRuns runs_;  ///< of the thread alone
  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  std::deque<TextJob> queue_;
  std::set<std::uint32_t> pending_;  ///< numbers of trees that have not ended
  std::vector<TextDone> done_;
  std::optional<std::set<std::uint32_t>> keep_;  ///< to be told to `runs_`
  std::jthread thread_;
};

}  // namespace balance
