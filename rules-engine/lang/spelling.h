// How operators and actions are written.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lang/ast.h"

namespace balance::lang {

std::string_view text_of(UnaryOp op);
std::string_view text_of(BinaryOp op);
std::string_view text_of(RelationOp op);
std::string_view text_of(LogicOp op);
/// The first half of `all_host`; "%" of a percentage.
std::string_view text_of(Collapse op);
/// The other half.
std::string_view text_of(Domain domain);
std::string_view text_of(Keyword keyword);
/// Of such a word; nothing if it is none.
std::optional<Keyword> find_keyword(std::string_view word);
/// As a literal, with quotes and escapes.
std::string quoted(std::string_view text);

}  // namespace balance::lang
