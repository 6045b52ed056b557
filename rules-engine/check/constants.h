// Arithmetic of constants and their units.
#pragma once

#include <optional>

#include "base/diagnostic.h"
#include "lang/ast.h"

namespace balance::check {

/// Nothing where the units do not fit: no constant then.
std::optional<lang::Number> fold(lang::BinaryOp op, const lang::Number& left,
                                 const lang::Number& right);
lang::Number negated(lang::Number number);
/// A time, such as `5 sec`.
bool is_time(const lang::Number& number);
/// A time, or a number without any unit: seconds, where pmie takes a time.
bool is_seconds(const lang::Number& number);
/// W10, of style, where there was no unit.
void warn_of_seconds(const lang::Number& number, const lang::Span& span,
                     base::Diagnostics& diagnostics);
/// `4 / min`.
bool is_per_time(const lang::Number& number);
/// Without a unit of space or time.
bool is_plain(const lang::Number& number);

}  // namespace balance::check
