// One run of a plugin action: which processes go where.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "eval/books.h"
#include "eval/clause_code.h"
#include "eval/decision.h"
#include "eval/identity.h"
#include "eval/ledger.h"
#include "eval/policy.h"

namespace balance {

/// What all runs of a tick share.
struct Tick {
  Ledger& ledger;
  Books& books;
  std::set<std::string>& moved;  ///< processes moved by this tick's decisions
  double now_s;
  std::uint64_t number;  ///< of the evaluation
  std::uint64_t seed;    ///< for choices among equals
};

/// What a run is about.
struct Run {
  const Rule& rule;
  const Action& action;
  /// The host whose elements are true, or kNoHost: a single condition.
  HostId host;
  std::vector<HostId> hosts;  ///< to take candidates from
  std::vector<HostId> range;  ///< targets, where the text gives none
  /// The condition: where it has instances, the true ones filter candidates.
  const Column& condition;
  std::uint64_t id;  ///< of the run, for limits "each run"
};

enum class RunEnd {
  asked,    ///< at least one move
  nothing,  ///< nothing could be done
  waiting,  ///< a limit stopped it before it asked for anything
};

/// Numbers in clauses: NaN is no value there.
inline bool usable(double x) {
  return !std::isnan(x);
}

class Selection {
 public:
  Selection(const Program& program, const Evaluator& columns, ClauseCode& code,
            const Identity& identity, Tick& tick, const Run& run);

  RunEnd execute(Outcome& outcome);

 private:
  struct Entry {
    Candidate candidate;
    double key = no_number();
    std::optional<Target> target;  ///< found first if `by` looks at it
    Verdict verdict;
    bool taken = false;
  };
  struct Keyed {
    Target target;
    double key;
  };

  // Candidates.
  void gather();
  bool gather_at(HostId host, const Column& column);
  bool passes_filter(const Candidate& candidate) const;
  void rank();
  double key_of(const Entry& entry, const std::optional<Target>& target);
  bool eligible(Entry& entry);
  bool all_hold(const std::vector<const Operand*>& conditions,
                const Binding& binding, Verdict& verdict);
  bool reject(Verdict& verdict, Reason reason, std::string text) const;

  // Picking.
  bool pick_next(std::size_t left, Outcome& outcome);
  std::vector<Entry*> open_entries();
  std::optional<Target> find_target(Entry& entry);
  std::optional<Target> home_of(Entry& entry);
  std::optional<Target> best_of_range(Entry& entry);
  std::vector<Target> range_of(const Candidate& candidate) const;
  bool can_be_target(const Candidate& candidate, const Target& target,
                     std::string& why) const;
  bool has_values(HostId host) const;
  /// The key; nothing, and `why`: it is no target.
  std::optional<double> judge_target(const Entry& entry, const Target& target,
                                     std::string& why);
  Target choose(const Entry& entry, const std::vector<Keyed>& keyed);
  bool pair_allowed(const Entry& entry, const Target& target, std::string& why);
  void take(Entry& entry, const Target& target, Outcome& outcome);
  void explain_target(Entry& entry, const Target& target);
  std::optional<ShiftAmount> amount(const Policy::Shift& shift,
                                    const Candidate& candidate,
                                    const Target& target,
                                    const NodeAt& changed);
  void shift(Entry& entry, Decision& decision);
  void end_report(Outcome& outcome, bool full);

  // Limits.
  Move move_of(const Candidate& candidate, const Target& target) const;
  std::string stopped(const std::vector<Each>& keys, const Move& move) const;
  double number(const Operand* operand, double otherwise) const;

  Binding bind(const Candidate& candidate) const;
  std::string name(HostId host) const;
  std::string source_of(const Candidate& candidate) const;
  std::string name(const Target& target) const;

  const Program& program_;
  const Evaluator& columns_;
  ClauseCode& code_;
  const Identity& identity_;
  Tick& tick_;
  const Run& run_;
  Policy policy_;
  std::vector<Entry> entries_;
  RunReport report_;
  bool pair_rank_ = false;  ///< `by` looks at the target
};

}  // namespace balance
