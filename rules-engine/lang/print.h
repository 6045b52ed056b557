// From tree to canonical text.
#pragma once

#include <cstddef>
#include <string>

#include "lang/ast.h"

namespace balance::lang {

/// The file with one statement a line, macros replaced, comments gone, blanks
/// and parentheses normalised. Reading it again gives the same text.
std::string print(const File& file);
std::string print(const File& file, ExprId expression);
std::string print(const File& file, const Statement& statement);
/// Statement `index` of the file; "" if there is none.
std::string print_statement(const File& file, std::size_t index);

}  // namespace balance::lang
