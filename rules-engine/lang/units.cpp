#include "lang/units.h"

#include <array>

namespace balance::lang {
namespace {

constexpr Dimension kSpace{1, 0, 0};
constexpr Dimension kTime{0, 1, 0};
constexpr Dimension kCount{0, 0, 1};

constexpr std::array kUnits{
    Unit{"byte", kSpace, 1024, 0},
    Unit{"Kbyte", kSpace, 1024, 1},
    Unit{"Mbyte", kSpace, 1024, 2},
    Unit{"Gbyte", kSpace, 1024, 3},
    Unit{"Tbyte", kSpace, 1024, 4},
    Unit{"nsec", kTime, 1000, -3},
    Unit{"nanosec", kTime, 1000, -3},
    Unit{"nanosecond", kTime, 1000, -3},
    Unit{"usec", kTime, 1000, -2},
    Unit{"microsec", kTime, 1000, -2},
    Unit{"microsecond", kTime, 1000, -2},
    Unit{"msec", kTime, 1000, -1},
    Unit{"millisec", kTime, 1000, -1},
    Unit{"millisecond", kTime, 1000, -1},
    Unit{"sec", kTime, 60, 0},
    Unit{"second", kTime, 60, 0},
    Unit{"min", kTime, 60, 1},
    Unit{"minute", kTime, 60, 1},
    Unit{"hour", kTime, 60, 2},
    Unit{"count", kCount, 10, 0},
    Unit{"Kcount", kCount, 10, 3},
    Unit{"Mcount", kCount, 10, 6},
};

}  // namespace

std::optional<Unit> find_unit(std::string_view word) {
  for (const Unit& unit : kUnits) {
    if (word == unit.name) return unit;
    if (word.size() == unit.name.size() + 1 && word.back() == 's' &&
        word.starts_with(unit.name)) {
      return unit;
    }
  }
  return std::nullopt;
}

}  // namespace balance::lang
