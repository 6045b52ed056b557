// Actions: texts to print, and plugin actions with their clauses.
#pragma once

#include <cstdint>
#include <vector>

#include "compile/operand_code.h"

namespace balance {

/// What a condition leaves to the action.
struct ConditionHosts {
  /// It has one value, so that only the action says whose processes may go.
  bool single = false;
  std::vector<HostId> written;  ///< in it, in the order of appearance
};

/// Makes the actions of one rule. `next_id` is of the whole program.
class ActionCode {
 public:
  ActionCode(Program& program, check::Checked& checked, ColumnCode& columns,
             const check::CheckedFile& file, std::uint32_t& next_id);

  Action action(lang::ActionId id, const ConditionHosts& condition);

 private:
  using Bound = std::vector<check::BoundClause>;

  Action text_action(const lang::TextAction& node);
  Action plugin_action(lang::ActionId id, const lang::PluginAction& node,
                       const ConditionHosts& condition);
  Action chain(const lang::ActionChain& node, const ConditionHosts& condition);
  Clause clause(const Bound& all, std::size_t at);
  std::vector<Clause> below(const Bound& all, std::size_t parent);
  void operand(const check::BoundClause& bound, Clause& out);
  void place(const check::BoundClause& bound, const Node& node, Clause& out);
  void conditions(const Node& node, Clause& out);
  void add_source_hosts(const Bound& all, std::vector<Clause>& clauses);
  std::vector<HostId> hosts_of(const std::vector<lang::Name>& names);
  double seconds(const std::optional<lang::ExprId>& id) const;

  check::Checked& checked_;
  ColumnCode& columns_;
  const check::CheckedFile& file_;
  std::uint32_t& next_id_;
  OperandCode operands_;
};

/// The candidates' hosts where the condition has one value: of `from`, and
/// those that `by` names; none: those of the default host.
std::vector<HostId> source_hosts(check::Checked& checked,
                                 const check::CheckedFile& file,
                                 const std::vector<check::BoundClause>& all);

/// Hosts written anywhere in an action (no chain), in order of appearance; adds
/// to `hosts` what is not there.
void add_action_hosts(check::Checked& checked, const check::CheckedFile& file,
                      lang::ActionId id, std::vector<HostId>& hosts);

}  // namespace balance
