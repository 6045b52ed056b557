#include "check/constants.h"

#include <fmt/format.h>

namespace balance::check {
namespace {

lang::Dimension combined(const lang::Dimension& left,
                         const lang::Dimension& right, int sign) {
  return {left.space + sign * right.space, left.time + sign * right.time,
          left.count + sign * right.count};
}

/// What was computed is written in canonical units.
lang::Number canonical(double value, const lang::Dimension& dimension) {
  lang::Number out;
  out.value = out.written = value;
  out.dimension = dimension;
  return out;
}

}  // namespace

std::optional<lang::Number> fold(lang::BinaryOp op, const lang::Number& left,
                                 const lang::Number& right) {
  switch (op) {
    case lang::BinaryOp::multiply:
      return canonical(left.value * right.value,
                       combined(left.dimension, right.dimension, 1));
    case lang::BinaryOp::divide:
      return canonical(left.value / right.value,
                       combined(left.dimension, right.dimension, -1));
    case lang::BinaryOp::add:
      if (left.dimension != right.dimension) return std::nullopt;
      return canonical(left.value + right.value, left.dimension);
    case lang::BinaryOp::subtract:
      if (left.dimension != right.dimension) return std::nullopt;
      return canonical(left.value - right.value, left.dimension);
  }
  return std::nullopt;
}

lang::Number negated(lang::Number number) {
  number.value = -number.value;
  number.written = -number.written;
  return number;
}

bool is_time(const lang::Number& number) {
  return number.dimension == lang::Dimension{0, 1, 0};
}

bool is_seconds(const lang::Number& number) {
  return is_time(number) || number.dimension == lang::Dimension{};
}

void warn_of_seconds(const lang::Number& number, const lang::Span& span,
                     base::Diagnostics& diagnostics) {
  if (is_time(number)) return;
  diagnostics.style(
      "W10", span,
      fmt::format("a time without unit is in seconds: {0} sec", number.value));
}

bool is_per_time(const lang::Number& number) {
  return number.dimension == lang::Dimension{0, -1, 0};
}

bool is_plain(const lang::Number& number) {
  return number.dimension.space == 0 && number.dimension.time == 0;
}

}  // namespace balance::check
