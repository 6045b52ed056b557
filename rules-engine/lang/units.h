// The units of pmie: what a unit word weighs and measures.
#pragma once

#include <optional>
#include <string_view>

#include "lang/ast.h"

namespace balance::lang {

struct Unit {
  std::string_view name;  ///< singular
  Dimension dimension;
  /// One of it is base ^ scale bytes, seconds or counts.
  double base = 1;
  int scale = 0;
};

/// Of a unit word, singular or plural; nothing if it is none.
std::optional<Unit> find_unit(std::string_view word);

}  // namespace balance::lang
