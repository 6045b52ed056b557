// Three-valued truth, ordered so that Kleene's `and` is the lesser of two and
// his `or` the greater.
#pragma once

#include <cstdint>

namespace balance {

enum class Tri : std::uint8_t { no, unknown, yes };

}  // namespace balance
