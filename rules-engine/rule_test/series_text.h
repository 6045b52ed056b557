// Series of values as text:
//
//   load :node1 : 2 3x4 _        counter msec cpu :node1 '001001 a' : 0+500x9
//
// [counter] [UNIT] METRIC :HOST ['INSTANCE'] : VALUES, one value for each
// evaluation. `3x4` is 3 four times, `0+10x5` is 0 and five steps of 10, `_` is
// no value, and texts stand in quotes.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "lang/ast.h"
#include "rule_test/tokens.h"

namespace balance {

/// No value, a number or a text.
using SeriesValue = std::variant<std::monostate, double, std::string>;
using SeriesValues = std::vector<SeriesValue>;

/// Of one series, and of all series of a test.
inline constexpr std::size_t kMostValues = 100'000;

struct SeriesUnit {
  std::string text;  ///< as written
  lang::Dimension dimension;
  double scale = 1;  ///< of it in byte, sec, count
};

/// One series as written.
struct SeriesRow {
  std::string metric;
  std::string host;
  std::optional<std::string> instance;
  bool counter = false;
  std::optional<SeriesUnit> unit;
  SeriesValues values;
  std::size_t offset = 0;  ///< of the metric
};

/// `msec`, `Kbyte/sec`, `sec^2`; nothing if it is none.
std::optional<SeriesUnit> find_series_unit(std::string_view text);

/// Appends what a token like `3x4` stands for. The answer is what is wrong, or
/// "".
std::string append_values(std::string_view word, SeriesValues& values);

/// One after another, until the tokens end.
Read<std::vector<SeriesRow>> read_series(std::span<const Token> tokens);

}  // namespace balance
