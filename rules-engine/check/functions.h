// The functions of the language.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace balance::check {

enum class Function {
  my,
  target,
  power,
  exponential,
  logarithm,
  floor,
  ceiling,
  absolute,
  least,
  greatest,
  known,
  fallback,
  latch
};

struct FunctionSpec {
  std::string_view name;
  Function function;
  std::size_t arguments;
  bool or_more = false;
};

/// Null if there is none.
const FunctionSpec* find_function(std::string_view name);
std::vector<std::string> function_names();

}  // namespace balance::check
