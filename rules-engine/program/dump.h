// A program as text, one line per instruction, for `--dump program` and tests.
#pragma once

#include <string>
#include <string_view>

#include "program/program.h"

namespace balance {

std::string_view to_string(Op op);
/// The word of a text action; `plugin`, `both` or `either`.
std::string_view to_string(Action::Kind kind);
std::string dump(const Program& program);

}  // namespace balance
