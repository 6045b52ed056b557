// Which part of an expression a message is about.
#pragma once

#include <functional>

#include "check/checked.h"

namespace balance::check {

/// The smallest part of an expression that `is` so as the expression itself
/// is, the first from the left. Neither names nor sides are opened.
lang::Span part_that(const CheckedFile& file, lang::ExprId id,
                     const std::function<bool(const Facts&)>& is);

}  // namespace balance::check
