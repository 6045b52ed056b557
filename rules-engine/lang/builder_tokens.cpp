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
  unit_factor_ = 1;
  divide_ = false;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number_.written);
  if (error != std::errc() || !std::isfinite(number_.written)) {
    fail("C16", at, "this number is out of range");
  }
  number_.value = number_.written;
}

void Builder::unit(std::string_view text, Extent at) {
  token(at);
  const Unit unit = *find_unit(text);
  const int sign = divide_ ? -1 : 1;
  unit_ = {sign * unit.dimension.space, sign * unit.dimension.time,
           sign * unit.dimension.count};
  unit_factor_ = divide_ ? 1 / unit.factor : unit.factor;
  if (!number_.units.empty()) number_.units += ' ';
  if (divide_) number_.units += "/ ";
  number_.units += unit.name;
  divide_ = false;
  number_.value *= unit_factor_;
  number_.dimension.space += unit_.space;
  number_.dimension.time += unit_.time;
  number_.dimension.count += unit_.count;
}

void Builder::unit_power(std::string_view text, Extent at) {
  token(at);
  if (text.size() != 1 || text == "0") {
    fail("C16", at, "the power of a unit is 1 to 9");
  }
  const int more = text[0] - '0' - 1;  // the unit itself has counted once
  number_.value *= std::pow(unit_factor_, more);
  number_.dimension.space += more * unit_.space;
  number_.dimension.time += more * unit_.time;
  number_.dimension.count += more * unit_.count;
  number_.units += fmt::format("^{}", text);
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
