// From tree to canonical text.
#pragma once

#include <string>

#include "lang/ast.h"

namespace balance::lang {

/// The file with one statement a line, macros replaced, comments gone, blanks
/// and parentheses normalised. Reading it again gives the same text.
std::string print(const File& file);
std::string print(const File& file, ExprId expression);
std::string print(const File& file, const Statement& statement);
std::string print_action(const File& file, ActionId action);

}  // namespace balance::lang
