// Runs the columns of rules: one instruction after another, each over all
// elements at once.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <regex.h>

#include "eval/aggregate.h"
#include "eval/column.h"
#include "eval/element_states.h"
#include "eval/elementwise.h"
#include "eval/fetch.h"
#include "eval/join.h"
#include "eval/sample_times.h"
#include "eval/snapshot.h"
#include "eval/state.h"
#include "eval/window.h"
#include "program/program.h"

namespace balance {

/// A POSIX extended expression over the names of instances; which match is
/// found anew only when the index changes.
class NameMatch {
 public:
  /// The text was checked before.
  explicit NameMatch(const std::string& text);

  const std::vector<Tri>& of(const std::shared_ptr<const Index>& index);

 private:
  std::shared_ptr<regex_t> compiled_;
  std::shared_ptr<const Index> index_;
  std::vector<Tri> matches_;
};

class Evaluator {
 public:
  /// `program` must outlive it.
  explicit Evaluator(const Program& program);

  /// Takes over what expressions remember that are in the program of `before`
  /// too, with the same delta. `before` is not to be used any more. Hosts have
  /// the same numbers in both programs.
  void adopt(Evaluator& before);

  /// Evaluates the columns of a task (one of the program's) at the snapshot's
  /// time. Samples that are older than two deltas have no value.
  void run(const Task& task, const Snapshot& snapshot);

  /// As the last `run` of the task that owns the slot left it.
  const Column& column(Slot slot) const;

  /// Expressions whose operands have elements that cannot be told apart, found
  /// since the last call. Of each the first is told, once.
  struct Doubt {
    std::string expression;
    SameWord elements;
  };
  std::vector<Doubt> take_doubts() { return std::exchange(doubts_, {}); }

 private:
  /// What the instruction at hand belongs to.
  struct Context {
    double delta_s;
    const Snapshot& snapshot;
  };
  struct Latches {
    ElementStates<LatchState> states{10};
    std::shared_ptr<const Index> on, off;
    Join rows;
  };
  struct Fetched {
    Fetch fetch;
    Window delay;  ///< of one value, if there is no delay
  };
  /// A fetch below a rate. Those of `@n` show the sample of n evaluations ago:
  /// the last n times are kept.
  struct Timed {
    std::uint32_t fetch = 0;        ///< in the code
    std::deque<SampleTimes> taken;  ///< the newest first
  };
  struct Rates {
    std::vector<Timed> fetches;
    ElementStates<RateState> states{0};
  };
  /// What an instruction remembers.
  using Memory = std::variant<std::monostate, Fetched, Elementwise, Aggregate,
                              NameMatch, ElementStates<EdgeState>,
                              ElementStates<HeldState>, Rates, Latches, Window>;

  Memory make_memory(const Instruction& i) const;
  static void adopt(Memory& before, Memory& now);
  void find_deferred(const Task& task);
  std::vector<Timed> fetches_below(std::uint32_t at) const;
  void make_plan(std::size_t task);
  bool waiting(Slot slot) const;
  void step(const Context& context, std::uint32_t at);
  void constant(const Instruction& i, Column& out) const;
  void fetch(const Context& context, const Instruction& i, Fetched& fetched,
             Column& out) const;
  void add_times(Timed& timed, SampleTimes& out) const;
  void rate(double now_s, const Instruction& i, Rates& rates,
            Column& out) const;
  void aggregate(const Instruction& i, Aggregate& memory, Column& out);
  bool aggregate_comparison(const Instruction& i, Aggregate& memory,
                            Column& out);
  void compute(std::uint32_t at) const;
  void doubt(const Instruction& i, const Join& rows) const;
  void over_samples(const Instruction& i, Window& window, Column& out) const;
  void by_name(const Instruction& i, NameMatch& match, Column& out) const;
  void latch(const Instruction& i, Latches& latches, Column& out) const;
  template <class T, class Step>
  void stateful(const Instruction& i, ElementStates<T>& states, Column& out,
                const Step& step) const;

  const Program& program_;
  mutable std::vector<Memory> memory_;  ///< beside the code
  // A comparison that only aggregates read is made when somebody asks for its
  // elements: most ticks nobody does.
  mutable std::vector<Column> columns_;  ///< by slot
  std::vector<std::uint32_t> maker_;     ///< by slot: its instruction
  std::vector<bool> deferred_;           ///< by slot
  mutable std::vector<std::uint64_t>
      made_;                        ///< of deferred slots: at which run
  std::vector<std::size_t> owner_;  ///< by slot: its task
  mutable std::vector<Doubt> doubts_;
  mutable std::set<Slot> doubted_;
  std::vector<Extremes> of_hosts_, of_all_;  ///< by slot
  struct Plan {
    std::uint64_t runs = 0;
    std::vector<std::uint32_t> steps;  ///< of each run
  };
  std::vector<Plan> plans_;  ///< by task
};

}  // namespace balance
