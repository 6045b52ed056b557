// From conditions to decisions: evaluates rules one after another and runs
// their actions, up to the point where something would be done to the world.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "eval/books.h"
#include "eval/clause_code.h"
#include "eval/decision.h"
#include "eval/evaluator.h"
#include "eval/expand.h"
#include "eval/ledger.h"
#include "eval/moves_seen.h"
#include "eval/selection.h"
#include "eval/snapshot.h"
#include "eval/text_runs.h"
#include "program/actions.h"

namespace balance {

class Decider {
 public:
  struct Options {
    std::uint64_t seed = 0;
    /// What each plugin action needs to know, by its word.
    std::map<std::string, Needs> needs;
    /// %h of a host; as written if absent.
    std::function<std::string(HostId)> host_name;
    /// %c of a host; as written if absent.
    std::function<std::string(HostId)> connection;
    /// Why no plugin action of this word may run now; "": it may. Absent: all
    /// may.
    std::function<std::string(const std::string& word)> waits;
    /// Whether the actions of a rule may be carried out at all. Absent: yes.
    std::function<bool(const Rule&)> may_act;
    /// Executes a text action, at once; whether it succeeded. Absent: yes.
    std::function<bool(const Firing&)> execute;
    /// Has a tree of actions that takes long carried out somewhere else, all
    /// about the same; whether it was accepted, which counts as success.
    /// Absent: `execute` does it.
    std::function<bool(const Action&, const Firing& about)> hand_over;
  };

  Decider(const Program& program, Options options);

  /// Takes over what went on under the program of `before`, which is not to be
  /// used any more: state of expressions that are in both, the ledger, the
  /// books, hold-offs of the actions whose numbers are in both. Hosts have the
  /// same numbers in both programs.
  void adopt(Decider& before);

  /// Starts an evaluation at the snapshot's time; tasks and their rules follow
  /// in the order of the program.
  void begin(const Snapshot& snapshot);
  void columns(const Task& task, const Snapshot& snapshot) {
    evaluator_.run(task, snapshot);
  }
  /// A rule of a task whose columns are there.
  Outcome evaluate(const Rule& rule, const Snapshot& snapshot);
  /// What -v shows of a ruleset: the last condition that was looked at; true
  /// after `otherwise`.
  const Column& ruleset_value(const Rule& rule) const {
    return rulesets_[index_of(rule)];
  }
  /// Moves of an earlier run, all ended: for cooldowns and limits.
  void remember(const std::vector<Move>& moves) {
    for (const Move& move : moves) ledger_.add(move);
  }
  /// A move has come to its end.
  void end(std::uint64_t move, MoveState state, double now_s) {
    ledger_.end(move, state, now_s);
  }

  const Evaluator& evaluator() const { return evaluator_; }
  std::vector<Evaluator::Doubt> take_doubts() {
    return evaluator_.take_doubts();
  }
  const Ledger& ledger() const { return ledger_; }
  /// As people are told it: %h.
  std::string host_name(HostId host) const;

 private:
  /// A host (kNoHost: the rule as a whole) for which an action is to be run.
  struct Due {
    HostId host = kNoHost;
    const Action* action = nullptr;
    const Branch* branch = nullptr;  ///< null: `unknown`, `otherwise`
    std::size_t rank = 0;            ///< of the branch
    std::optional<double> value;     ///< of the condition there
  };
  struct Context {
    const Rule& rule;
    const Snapshot& snapshot;
    Outcome& outcome;
    std::size_t decided = 0;  ///< decisions in it that are of other hosts
  };

  std::size_t index_of(const Rule& rule) const {
    return static_cast<std::size_t>(&rule - program_.rules.data());
  }
  void note_ruleset(const Rule& rule, const std::optional<Due>& due);
  std::vector<HostId> hosts_of(const Rule& rule) const;
  std::optional<Due> due_at(const Rule& rule, HostId host) const;
  Tri truth_at(Slot condition, HostId host) const;
  std::optional<double> value_at(const Branch& branch, HostId host) const;
  bool run_action(const Context& context, const Due& due, const Action& action);
  bool run_plugin(const Context& context, const Due& due, const Action& action);
  bool run_texts(const Context& context, const Due& due, const Action& action);
  std::vector<Subject> named(const Due& due) const;
  std::vector<Subject> subjects(const Context& context, const Due& due) const;
  bool binding_known(const Due& due) const;
  Subject subject(const Branch& branch, const Column& named,
                  std::size_t at) const;
  std::vector<HostId> giving_hosts(const Due& due, const Action& action) const;
  std::string connection(HostId host) const;

  const Program& program_;
  Options options_;
  Evaluator evaluator_;
  Ledger ledger_;
  Books books_;
  ClauseCode code_;
  double keep_s_;  ///< how long moves that ended are remembered
  TextRuns texts_;
  std::map<std::string, MovesSeen> seen_;  ///< by metric
  std::set<std::string> moved_;
  std::vector<bool> plugin_;      ///< by rule: has a plugin's action
  std::vector<Column> rulesets_;  ///< by rule: the values of rulesets
  std::uint64_t evaluation_ = 0;
  std::uint64_t runs_ = 0;
  /// Last success of an action for a host: what counts while it waits.
  std::map<std::pair<std::uint32_t, HostId>, bool> success_;
};

}  // namespace balance
