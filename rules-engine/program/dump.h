// A program as text, one line per instruction, for `--dump program` and tests.
#pragma once

#include <string>
#include <string_view>

#include "program/program.h"

namespace balance {

std::string_view to_string(Op op);
std::string dump(const Program& program);

}  // namespace balance
