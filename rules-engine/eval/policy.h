// The clauses that the engine itself acts on, found by their words.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "eval/ledger.h"
#include "program/program.h"

namespace balance {

/// A view of an action's clauses; pointers are into the program, null where the
/// clause is absent.
struct Policy {
  struct Limit {
    const Operand* count = nullptr;
    const Operand* per = nullptr;  ///< `per T`
    double per_s = 0;              ///< of `N / unit`
    Each each = Each::rule;
    std::string text;
  };
  struct Shift {
    const Operand* metric = nullptr;
    const Operand* by = nullptr;
  };
  enum class Place {
    home,
    best,
    range,  ///< one of `among`, by `key` if there is one
  };

  const Operand* pick = nullptr;
  const Operand* by = nullptr;
  bool lowest = false;  ///< `by min`
  std::vector<HostId> from;
  const Operand* skip = nullptr;
  std::vector<const Operand*> where;

  Place place = Place::range;
  const Operand* key = nullptr;
  bool key_highest = false;  ///< `to max`
  std::vector<HostId> among;
  Slot table = kNoSlot;  ///< its instances are the targets
  const Operand* within = nullptr;
  std::vector<const Operand*> target_where;

  const Operand* retry = nullptr;
  const Operand* cooldown = nullptr;
  std::vector<Shift> shifts;
  std::vector<Limit> limits;
  std::vector<Limit> inflight;
  std::vector<const Clause*> extra;  ///< for the plugin alone
};

Policy make_policy(const Action& action);
/// The longest time back that a `cooldown`, a `limit` or a `retry` of any
/// action looks, in seconds; infinity where one is not a constant.
double longest_look_back_s(const Program& program);
/// The hosts that a program deals with: of which it fetches, and which its
/// actions name.
std::set<HostId> hosts_of_program(const Program& program);
/// Does any action take its targets from a node table?
bool asks_rows(const Program& program);

}  // namespace balance
