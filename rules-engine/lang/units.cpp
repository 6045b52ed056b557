#include "lang/units.h"

#include <array>

namespace balance::lang {
namespace {

constexpr Dimension kSpace{1, 0, 0};
constexpr Dimension kTime{0, 1, 0};
constexpr Dimension kCount{0, 0, 1};

constexpr std::array kUnits{
    Unit{"byte", kSpace, 1},
    Unit{"Kbyte", kSpace, 1024},
    Unit{"Mbyte", kSpace, 1024.0 * 1024},
    Unit{"Gbyte", kSpace, 1024.0 * 1024 * 1024},
    Unit{"Tbyte", kSpace, 1024.0 * 1024 * 1024 * 1024},
    Unit{"nsec", kTime, 1e-9},
    Unit{"nanosec", kTime, 1e-9},
    Unit{"nanosecond", kTime, 1e-9},
    Unit{"usec", kTime, 1e-6},
    Unit{"microsec", kTime, 1e-6},
    Unit{"microsecond", kTime, 1e-6},
    Unit{"msec", kTime, 1e-3},
    Unit{"millisec", kTime, 1e-3},
    Unit{"millisecond", kTime, 1e-3},
    Unit{"sec", kTime, 1},
    Unit{"second", kTime, 1},
    Unit{"min", kTime, 60},
    Unit{"minute", kTime, 60},
    Unit{"hour", kTime, 3600},
    Unit{"count", kCount, 1},
    Unit{"Kcount", kCount, 1e3},
    Unit{"Mcount", kCount, 1e6},
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
