#include "rule_test/cursor.h"

#include <cmath>

#include <fmt/format.h>

#include "base/text.h"

namespace balance {

std::size_t Cursor::offset() const {
  return done() ? end_ : tokens_[at_].offset;
}

void Cursor::fail(std::size_t offset, std::string what) {
  if (!fault_) fault_ = TextFault{offset, std::move(what)};
  at_ = tokens_.size();
}

std::string_view Cursor::take(std::string_view what) {
  if (!done()) return tokens_[at_++].text;
  fail(end_, fmt::format("{} is missing here", what));
  return "";
}

std::string Cursor::word(std::string_view what) {
  if (done()) return std::string(take(what));
  return unquoted(tokens_[at_++]);
}

bool Cursor::take_if(std::string_view text) {
  if (peek() != text) return false;
  ++at_;
  return true;
}

void Cursor::expect(std::string_view text) {
  if (!take_if(text)) fail(offset(), fmt::format("`{}` is missing here", text));
}

double Cursor::number(std::string_view what) {
  const std::size_t at = offset();
  const std::string_view text = take(what);
  const auto out = base::to_number<double>(text);
  if (!out || !std::isfinite(*out) || *out < 0)
    fail(at, fmt::format("{} is wanted, not `{}`", what, text));
  return out.value_or(0);
}

/// The seconds of a unit of time that comes next.
std::optional<double> Cursor::take_unit() {
  if (done()) return std::nullopt;
  const auto unit = find_series_unit(peek());
  if (!unit || unit->dimension != lang::Dimension{0, 1, 0}) return std::nullopt;
  ++at_;
  return unit->scale;
}

double Cursor::time(std::string_view what) {
  const std::size_t at = offset();
  const double value = number(what);
  const auto unit = take_unit();
  if (!unit) fail(offset(), "a unit of time is missing here: sec, min, …");
  const double out = value * unit.value_or(0);
  if (!(out > 0)) fail(at, fmt::format("{} must be above 0", what));
  return out;
}

Moment Cursor::moment() {
  const std::size_t at = offset();
  const std::string_view number =
      take("the number of an evaluation, or a time,");
  const auto value = base::to_number<double>(number);
  if (!value || !(*value >= 0) || *value > 1e12) {
    fail(at, fmt::format("the number of an evaluation, or a time, is wanted, "
                         "not `{}`",
                         number));
    return {};
  }
  if (const auto unit = take_unit()) return {*value * *unit, true};
  if (*value != std::floor(*value) || *value >= kMostEvaluations)
    fail(at, fmt::format("no evaluation has the number {}: they are whole and "
                         "below {}",
                         number, kMostEvaluations));
  return {*value, false};
}

/// `0..3` and `10 sec..30 sec` become tokens of their own.
void Cursor::part_dots() {
  for (std::size_t i = at_; i < tokens_.size() && i < at_ + 2; ++i) {
    const Token token = tokens_[i];
    const std::size_t dots = token.text.find("..");
    if (dots == 0 || dots == token.text.npos) continue;
    const std::string_view rest = token.text.substr(dots + 2);
    tokens_[i].text = token.text.substr(0, dots);
    std::vector<Token> more = {
        {token.text.substr(dots, 2), token.offset + dots}};
    if (!rest.empty()) more.push_back({rest, token.offset + dots + 2});
    tokens_.insert(tokens_.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                   more.begin(), more.end());
    return;
  }
}

When Cursor::when() {
  part_dots();
  When out;
  out.offset = offset();
  out.first = moment();
  out.last = take_if("..") ? moment() : out.first;
  return out;
}

}  // namespace balance
