// Moves that somebody else made: by hand, by another engine.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "eval/decision.h"
#include "eval/ledger.h"
#include "eval/snapshot.h"

namespace balance {

/// Watches the metric that counts the moves of each process, at all hosts that
/// list it.
class MovesSeen {
 public:
  /// Records what has moved since the last look and was not asked for. Of the
  /// processes that are there at the first look nothing is known.
  void look(const Needs& needs, const Snapshot& snapshot,
            const std::vector<std::string>& hosts, Ledger& ledger);

 private:
  /// The most moves of each process that any host tells; of new ones only if
  /// the host was heard before.
  struct Told {
    int moves = 0;
    bool came = false;  ///< to a host that was heard before
  };
  std::map<std::string, Told> told(const Needs& needs, const Snapshot& snapshot,
                                   const std::vector<std::string>& hosts);

  struct Known {
    int moves = 0;
    double told_s = 0;  ///< when a host last told of it
  };
  std::map<std::string, Known> moves_;  ///< by identity
  std::set<HostId> heard_;
  double looked_s_ = 0;
};

}  // namespace balance
