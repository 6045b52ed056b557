// The record of moves. Hold-off, cooldown, limit, inflight and retry are
// questions to it that differ only in the key.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "eval/column.h"

namespace balance {

/// `each K` of a limit: which moves count together. All but `cluster` count
/// the moves of one rule.
enum class Each { rule, source, target, process, user, cluster };

enum class MoveState { asked, done, refused, failed };

struct Move {
  std::uint64_t id = 0;
  std::string process;    ///< identity for life: HOME:PID:START, or HOST#PID
  std::string rule;       ///< "": this engine did not ask for it
  std::uint64_t run = 0;  ///< moves of one run of one action
  std::string source;     ///< nodes, by name
  std::string target;
  std::string user;
  double asked_s = 0;
  double ended_s = 0;
  MoveState state = MoveState::asked;
  bool seen = false;  ///< hosts have shown that it was made

  bool ended() const { return state != MoveState::asked; }
};

/// Less than `duration_s` has passed since then. Scheduled times are sums of
/// deltas: a millisecond covers their rounding.
bool is_younger(double then_s, double duration_s, double now_s);

class Ledger {
 public:
  /// Adds a move that was asked; the answer is its id.
  std::uint64_t add(Move move);
  /// The end of a move; an id that is not known any more is passed over.
  void end(std::uint64_t id, MoveState state, double now_s);
  /// Hosts show that a process has moved. If no move of it was asked for that
  /// had not ended by `since_s` and was not yet seen, it was somebody else's:
  /// that is recorded, for cooldowns.
  void seen(const std::string& process, double since_s, double now_s);
  const Move* find(std::uint64_t id) const;
  const std::vector<Move>& moves() const { return moves_; }

  /// What is exactly `duration_s` old no longer counts.
  bool cooling(const std::string& process, double duration_s,
               double now_s) const;
  bool in_flight(const std::string& process) const;
  std::size_t in_flight() const;
  /// A refused or failed move of the pair is younger than `retry_s`.
  bool resting(const std::string& process, const std::string& target,
               double retry_s, double now_s) const;
  /// Moves of rules like `move` in `each`, asked less than `window_s` ago;
  /// window 0: those of the same run.
  std::size_t recent(const Move& move, Each each, double window_s,
                     double now_s) const;
  /// Moves like `move` in `each` that have not ended.
  std::size_t in_flight(const Move& move, Each each) const;

  /// Hold-off of an action for a host.
  void asked(std::uint32_t action, HostId host, double now_s) {
    asked_[{action, host}] = now_s;
  }
  /// Forgets the hold-offs of all other actions.
  void keep_actions(const std::set<std::uint32_t>& ids);
  bool held_off(std::uint32_t action, HostId host, double hold_off_s,
                double now_s) const;

  /// Forgets moves that ended more than `age_s` ago.
  void forget(double age_s, double now_s);

 private:
  std::vector<Move> moves_;
  std::map<std::pair<std::uint32_t, HostId>, double> asked_;
  std::uint64_t last_id_ = 0;
};

}  // namespace balance
