// Operators of the language as operations of a program.
#pragma once

#include "check/functions.h"
#include "lang/ast.h"
#include "program/program.h"

namespace balance {

Op op_of(lang::BinaryOp op);
Op op_of(lang::RelationOp op);
Op op_of(lang::LogicOp op);
Op op_of(lang::Collapse op);
Over over_of(lang::Domain domain);
/// `-`, `!`, rising, falling, rate; not `instant`, which is a way to fetch.
Op op_of(lang::UnaryOp op);
/// Not `my` and `target`, which are ways to look up.
Op op_of(check::Function function);

}  // namespace balance
