// From checked rule files to a program.
#pragma once

#include "check/checked.h"
#include "program/program.h"

namespace balance {

/// Of files that were checked without an error. The program keeps nothing of
/// them. Named expressions are put in where they are used, templates are left
/// out; each other statement becomes a rule.
Program compile(check::Checked& checked);

}  // namespace balance
