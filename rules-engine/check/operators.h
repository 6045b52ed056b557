// What messages call types and operators.
#pragma once

#include <string>
#include <string_view>

#include "lang/ast.h"

namespace balance::check {

/// "a number".
std::string_view name_of(lang::Kind kind);
/// As they are written.
std::string_view name_of(lang::UnaryOp op);
std::string_view name_of(lang::BinaryOp op);
std::string_view name_of(lang::RelationOp op);
std::string_view name_of(lang::LogicOp op);
/// "max_host"; of a per cent "%_host".
std::string name_of(const lang::Aggregate& node);

}  // namespace balance::check
