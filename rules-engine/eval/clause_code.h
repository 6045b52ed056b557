// Clauses: small programs that run for one candidate, or for a candidate and a
// target, over columns that are there already.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "eval/books.h"
#include "eval/decision.h"
#include "eval/evaluator.h"

namespace balance {

/// Whom a clause asks about.
struct Binding {
  const Candidate* candidate = nullptr;
  std::optional<HostId> here;  ///< bare names; the candidate's host
  const NodeAt* target = nullptr;
  /// In `shift … by`: the node whose value changes. Bare names of nodes are
  /// read there.
  const NodeAt* changed = nullptr;
};

class ClauseCode {
 public:
  ClauseCode(const Program& program, const Evaluator& columns,
             const Books& books);

  Value run(const Block& block, const Binding& binding);
  /// The text of the first lookup of the last `run` that found no value; "" if
  /// all did.
  const std::string& missing() const { return missing_; }
  /// Does it ask about the target?
  bool asks_target(const Block& block) const;
  /// The columns that a block looks up on the candidate's side, in order.
  std::vector<Slot> candidate_columns(const Block& block) const;
  /// Which value of a node the block's one fetch is; nothing if it has none
  /// for this node.
  std::optional<BookKey> value_of(const Block& block, const NodeAt& node) const;

 private:
  Value lookup(const Instruction& i, const Binding& binding) const;
  std::size_t position(const Index& index, Side side,
                       const Binding& binding) const;
  std::size_t bare(const Index& index, const Binding& binding) const;
  std::size_t my(const Index& index, const Candidate& candidate) const;

  const Program& program_;
  const Evaluator& columns_;
  const Books& books_;
  std::map<Slot, std::string> metrics_;  ///< of the slots that are fetches
  std::vector<Value> values_;
  std::string missing_;
};

}  // namespace balance
