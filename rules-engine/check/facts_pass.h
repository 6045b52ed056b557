// The pass that finds types and shapes, over the expressions of one file.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "check/checked.h"
#include "check/functions.h"

namespace balance::check {

/// Expressions are in facts.cpp, functions and joins in facts_calls.cpp.
class FactsPass {
 public:
  FactsPass(Checked& checked, CheckedFile& file, base::Diagnostics& diagnostics)
      : checked_(checked), file_(file), diagnostics_(diagnostics) {}

  void run();

 private:
  using ExprId = lang::ExprId;
  using Kind = lang::Kind;

  const lang::Expression& expression(ExprId id) const {
    return file_.file->at(id);
  }
  Facts& facts(ExprId id) { return file_.facts[id]; }
  void error(std::string code, ExprId id, std::string message);
  void warning(std::string code, ExprId id, std::string message);
  /// The operand of `who` must be of this type. False: it is not; reported.
  bool want(ExprId id, Kind type, std::string_view who);
  /// Operators with state and aggregates work on columns, once for all.
  void want_no_sides(ExprId id, std::string_view who);

  Facts find(const lang::Number& node);
  Facts find(const lang::String& node);
  Facts find(const lang::Truth& node);
  Facts find(const lang::Variable& node);
  Facts find(const lang::Fetch& node);
  Facts find(const lang::Unary& node);
  Facts find(const lang::Binary& node);
  Facts find(const lang::Relation& node);
  Facts find(const lang::Logic& node);
  Facts find(const lang::Held& node);
  Facts find(const lang::Aggregate& node);
  Facts find(const lang::MatchInst& node);
  Facts find(const lang::Call& node);

  void two_readings(const lang::Unary& node);
  /// A metric that is compared with a text must be a text, if it is not known.
  void become_text(ExprId id);
  void check_pattern(const lang::Name& pattern);
  Facts function(const FunctionSpec& spec, const std::vector<ExprId>& given);
  Facts side(const FunctionSpec& spec, ExprId given);

  Facts joined(const std::vector<ExprId>& operands, Kind type);
  Facts like(ExprId id, Kind type) { return joined({id}, type); }
  void add_hosts(const Facts& other, Facts& into);
  void paired(const std::vector<Host>& left, const std::vector<Host>& right);

  Checked& checked_;
  CheckedFile& file_;
  base::Diagnostics& diagnostics_;
  ExprId at_ = 0;  ///< the expression that is looked at
};

}  // namespace balance::check
