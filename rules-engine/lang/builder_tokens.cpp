// Tokens: names, literals, numbers with units.
#include <charconv>
#include <cmath>
#include <system_error>

#include <fmt/format.h>

#include "lang/builder.h"
#include "lang/units.h"

namespace balance::lang {
namespace {

/// Without quotes and with escapes replaced.
std::string unescape(std::string_view text, bool controls) {
  constexpr std::string_view kLetters = "ntvbrfa";
  constexpr std::string_view kControls = "\n\t\v\b\r\f\a";
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      result += text[i];
      continue;
    }
    const char next = text[++i];
    const std::size_t known = controls ? kLetters.find(next) : kLetters.npos;
    result += known == kLetters.npos ? next : kControls[known];
  }
  return result;
}

/// Of a number that no double is near to: whether it is too small, not too
/// large.
bool near_nothing(std::string_view text) {
  const std::size_t exponent = text.find_first_of("eE");
  if (exponent != text.npos) return text.substr(exponent + 1).starts_with('-');
  return text.front() == '0' || text.front() == '.';
}

}  // namespace

std::string Builder::read_name(std::string_view text) {
  if (text.front() == '\'') text = text.substr(1, text.size() - 2);
  return unescape(text, false);
}

void Builder::name(std::string_view text, Extent at) {
  token(at);
  Name name{read_name(text), span(at)};
  if (name.text.empty()) fail("P01", at, "a name is empty");
  if (name.text.size() > kMaxIdentifier) {
    fail("C22", at,
         fmt::format("a name may have {} bytes, this has {}", kMaxIdentifier,
                     name.text.size()));
  }
  names_read_.emplace_back(std::move(name), at);
}

void Builder::string(std::string_view text, Extent at) {
  token(at);
  Name literal{unescape(text.substr(1, text.size() - 2), true), span(at)};
  if (literal.text.size() > kMaxString) {
    fail("C22", at,
         fmt::format("a text may have {} bytes, this has {}", kMaxString,
                     literal.text.size()));
  }
  strings_.emplace_back(std::move(literal), at);
}

void Builder::number(std::string_view text, Extent at) {
  token(at);
  number_ = {};
  number_at_ = at;
  units_ = {};
  divide_ = false;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number_.written);
  if (error != std::errc()) number_.written = near_nothing(text) ? 0 : HUGE_VAL;
  if (!std::isfinite(number_.written)) {
    fail("C16", at, "this number is out of range");
  }
}

void Builder::unit(std::string_view text, Extent at) {
  token(at);
  const Unit unit = *find_unit(text);
  unit_ = unit.dimension.space != 0 ? 0 : unit.dimension.time != 0 ? 1 : 2;
  UnitRead& read = units_[unit_];
  if (read.exponent != 0) number_.replaced = read.name;
  read = {unit.name, unit.base, unit.scale, divide_ ? -1 : 1};
  if (!number_.units.empty()) number_.units += ' ';
  if (divide_) number_.units += "/ ";
  number_.units += unit.name;
  divide_ = false;
}

void Builder::unit_power(std::string_view text, Extent at) {
  token(at);
  if (text.size() != 1 || text[0] < '1' || text[0] > '7') {
    fail("C16", at, "the power of a unit is 1 to 7");
  }
  units_[unit_].exponent *= text[0] - '0';
  number_.units += fmt::format("^{}", text);
}

void Builder::number_value() {
  const Extent at{number_at_.begin, last_end_};
  double factor = 1;
  for (const UnitRead& unit : units_) {
    factor *= std::pow(unit.base, unit.exponent * unit.scale);
  }
  number_.value = factor * number_.written;
  number_.dimension = {units_[0].exponent, units_[1].exponent,
                       units_[2].exponent};
  if (!std::isfinite(number_.value)) {
    fail("C16", at, "this number is out of range");
  }
  push_number(at);
}

Name Builder::take_name() {
  Name name = std::move(names_read_.back().first);
  names_read_.pop_back();
  return name;
}

Name Builder::take_string() {
  Name literal = std::move(strings_.back().first);
  strings_.pop_back();
  return literal;
}

Builder::Item Builder::take_item() {
  const Item item = expressions_.back();
  expressions_.pop_back();
  return item;
}

Builder::Operation Builder::take_operation() {
  Operation operation = std::move(operations_.back());
  operations_.pop_back();
  return operation;
}

}  // namespace balance::lang
