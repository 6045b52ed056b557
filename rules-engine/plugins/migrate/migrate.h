// The action `migrate`: a decision becomes a request to this node's mosixd,
// which passes it on to the node concerned; the request is followed to its end.
// Of the engines of a cluster that run one set of rules, one has its lease.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "action/pmbalance_action.h"
#include "api/api.h"

namespace balance {

class Migrate {
 public:
  /// `prefix` makes the ids of requests distinct from those of other engines
  /// and of earlier runs.
  Migrate(std::unique_ptr<mosix::Api> api, std::string prefix)
      : api_(std::move(api)), prefix_(std::move(prefix)) {}

  void act(const pmb_decision& decision, pmb_outcome& outcome);
  void poll(std::uint64_t move, pmb_outcome& outcome);
  /// Renews the lease of this set of rules. Why this engine may not act on it,
  /// "" if it may.
  std::string ready(const std::string& rules);

 private:
  struct Asked {
    std::string id;
    int unknown = 0;  ///< polls in a row that found no such request
  };
  std::unique_ptr<mosix::Api> api_;
  std::string prefix_;
  std::map<std::uint64_t, Asked> asked_;  ///< by move
};

}  // namespace balance
