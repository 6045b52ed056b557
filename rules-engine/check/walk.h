// Visits the parts of trees.
#pragma once

#include <functional>

#include "lang/ast.h"

namespace balance::check {

using Visit = std::function<void(lang::ExprId)>;
using VisitAction = std::function<void(lang::ActionId)>;

/// The operands of an expression, in the order written.
void for_each_operand(const lang::Expression& expression, const Visit& visit);
/// An expression and all below it, the expression first.
void for_each_below(const lang::File& file, lang::ExprId id,
                    const Visit& visit);
/// The rule's own actions without the chains that hold them, as written.
void for_each_action(const lang::File& file, lang::ActionId id,
                     const VisitAction& visit);
/// Body or conditions of a statement, and its actions (no chains), in the order
/// written.
void for_each_part(const lang::File& file, const lang::Statement& statement,
                   const Visit& expression, const VisitAction& action);
/// The outermost expressions of a statement: body, conditions, hold-offs and
/// operands of clauses.
void for_each_root(const lang::File& file, const lang::Statement& statement,
                   const Visit& visit);

}  // namespace balance::check
