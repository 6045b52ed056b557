// The tree of a file, for people: `--dump ast`.
#pragma once

#include <string>

#include "lang/ast.h"

namespace balance::lang {

/// One node a line, its place first, operands below it and further right:
///
///     f:1:1: statement `x`
///       f:1:5: >
///         f:1:5: fetch load :a
///         f:1:15: number 1
std::string dump_ast(const File& file);

}  // namespace balance::lang
