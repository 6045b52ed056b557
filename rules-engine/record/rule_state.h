// What a record tells of a rule, from the columns of its conditions.
#pragma once

#include <functional>
#include <optional>

#include "eval/column.h"
#include "program/program.h"

namespace balance {

struct RuleState {
  std::optional<Tri> truth;     ///< nothing: it is no condition
  std::optional<double> value;  ///< nothing: not one number, or unknown
};

using Columns = std::function<const Column&(Slot)>;

RuleState state_of(const Rule& rule, const Columns& columns);

}  // namespace balance
