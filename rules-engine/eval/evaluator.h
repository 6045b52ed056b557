// Runs the columns of rules: one instruction after another, each over all
// elements at once.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "eval/column.h"
#include "eval/snapshot.h"
#include "eval/state.h"
#include "program/program.h"

namespace balance {

class Evaluator {
 public:
  explicit Evaluator(const Program& program)
      : program_(program), columns_(program.slots.size()) {}

  /// Evaluates `rule` (one of the program's) at the snapshot's time. Samples
  /// that are older than two deltas have no value.
  void run(const Rule& rule, const Snapshot& snapshot);

  /// As the last `run` of the rule that owns the slot left it.
  const Column& column(Slot slot) const { return columns_[slot]; }

  /// The samples of a metric that are fresh enough for a rule.
  static const Sample* fresh(const Snapshot& snapshot,
                             const std::string& metric, HostId host,
                             double delta_s);

 private:
  /// What the instruction at hand belongs to.
  struct Context {
    const Rule& rule;
    const Snapshot& snapshot;
    std::uint64_t evaluation;
  };

  void step(const Context& context, std::uint32_t at);
  void constant(const Instruction& i, Column& out) const;
  void time_variable(const Context& context, const Instruction& i, Column& out);
  void elementwise(const Instruction& i, Column& out);
  void by_name(const Instruction& i, Column& out);
  void stateful(const Context& context, std::uint32_t at, Column& out);
  void latch(const Context& context, std::uint32_t at, Column& out);
  void over_samples(const Context& context, std::uint32_t at, Column& out);
  void delay(const Context& context, std::uint32_t at, std::uint32_t samples,
             Column& out);

  const Program& program_;
  std::vector<Column> columns_;
  std::map<const Rule*, std::uint64_t> evaluations_;
  // By the position of the instruction in the code.
  std::map<std::uint32_t, StateTable<EdgeState>> edges_;
  std::map<std::uint32_t, StateTable<HeldState>> held_;
  std::map<std::uint32_t, StateTable<LatchState>> latches_;
  std::map<std::uint32_t, StateTable<RateState>> rates_;
  std::map<std::uint32_t, StateTable<RingState>> rings_;
};

}  // namespace balance
