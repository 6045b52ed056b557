#include "check/functions.h"

#include <algorithm>
#include <array>

namespace balance::check {
namespace {

constexpr std::array<FunctionSpec, 13> kFunctions = {{
    {"my", Function::my, 1},
    {"target", Function::target, 1},
    {"pow", Function::power, 2},
    {"exp", Function::exponential, 1},
    {"log", Function::logarithm, 1},
    {"floor", Function::floor, 1},
    {"ceil", Function::ceiling, 1},
    {"abs", Function::absolute, 1},
    {"least", Function::least, 1, true},
    {"greatest", Function::greatest, 1, true},
    {"known", Function::known, 1},
    {"default", Function::fallback, 2},
    {"latch", Function::latch, 2},
}};

}  // namespace

const FunctionSpec* find_function(std::string_view name) {
  const auto* found =
      std::find_if(kFunctions.begin(), kFunctions.end(),
                   [&](const FunctionSpec& one) { return one.name == name; });
  return found == kFunctions.end() ? nullptr : found;
}

std::vector<std::string> function_names() {
  std::vector<std::string> names;
  for (const FunctionSpec& one : kFunctions) names.emplace_back(one.name);
  return names;
}

}  // namespace balance::check
