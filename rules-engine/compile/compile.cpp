#include "compile/compile.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/overloaded.h"
#include "check/deltas.h"
#include "check/walk.h"
#include "compile/action_code.h"
#include "compile/binding.h"

namespace balance {
namespace {

using check::CheckedFile;

/// Rules of a program, one after the other.
class Compiler {
 public:
  explicit Compiler(check::Checked& checked)
      : checked_(checked), metrics_(program_) {}

  Program run() {
    for (const CheckedFile& file : checked_.files)
      for (std::size_t i = 0; i < file.file->statements.size(); ++i)
        statement(file, i);
    program_.hosts = checked_.hosts;
    return std::move(program_);
  }

 private:
  void statement(const CheckedFile& file, std::size_t at) {
    const lang::Statement& written = file.file->statements[at];
    if (!is_rule(file, written)) return;
    Rule rule;
    rule.name =
        written.name ? written.name->text : fmt::format("expr_{}", ++unnamed_);
    rule.delta_s = file.deltas_s[at];
    rule.origin = origin_of(written.span);
    body(file, written, rule);
    program_.rules.push_back(std::move(rule));
  }

  /// Texts, constants that set something, and templates are no rules.
  static bool is_rule(const CheckedFile& file, const lang::Statement& written) {
    const auto* body = std::get_if<lang::ExpressionBody>(&written.body);
    if (body == nullptr) return true;
    if (check::sets_delta(written)) return false;
    const check::Facts& facts = file.facts_of(body->expression);
    return !facts.sided() && facts.type != lang::Kind::text;
  }

  void body(const CheckedFile& file, const lang::Statement& written,
            Rule& rule) {
    std::vector<HostId> hosts = hosts_of(file, written);
    ColumnCode columns(program_, metrics_, checked_, std::move(hosts));
    ActionCode actions(program_, checked_, columns, file, next_action_);
    const Slot result = std::visit(
        base::Overloaded{
            [&](const lang::ExpressionBody& one) {
              return columns.column({&file, one.expression}, Use::condition);
            },
            [&](const lang::Rule& one) {
              rule.branches.push_back(branch(file, one, columns, actions));
              return rule.branches.back().condition;
            },
            [&](const lang::Ruleset& one) {
              return ruleset(file, one, columns, actions, rule);
            },
            [&](const lang::BareAction& one) {
              return always(one, columns, actions, rule);
            }},
        written.body);
    rule.columns = columns.finish(result);
  }

  Branch branch(const CheckedFile& file, const lang::Rule& written,
                ColumnCode& columns, ActionCode& actions) {
    const Node condition{&file, written.condition};
    Branch out;
    out.condition = columns.column(condition, Use::condition);
    if (const auto binding = binding_node(checked_, condition))
      out.binding = columns.column(*binding, Use::condition);
    if (const auto value = value_node(checked_, condition)) {
      out.value = columns.column(value->node, Use::condition);
      out.lowest_first = value->lowest_first;
    }
    out.action = actions.action(written.action, condition.facts().single());
    return out;
  }

  Slot ruleset(const CheckedFile& file, const lang::Ruleset& written,
               ColumnCode& columns, ActionCode& actions, Rule& rule) {
    rule.is_ruleset = true;
    bool single = true;
    for (const lang::Rule& one : written.rules) {
      rule.branches.push_back(branch(file, one, columns, actions));
      single = single && file.facts_of(one.condition).single();
    }
    if (written.unknown)
      rule.unknown = actions.action(*written.unknown, single);
    if (written.otherwise)
      rule.otherwise = actions.action(*written.otherwise, single);
    return rule.branches.back().condition;
  }

  Slot always(const lang::BareAction& written, ColumnCode& columns,
              ActionCode& actions, Rule& rule) {
    Branch out;
    out.condition = columns.yes();
    out.action = actions.action(written.action, true);
    rule.branches.push_back(std::move(out));
    return rule.branches.back().condition;
  }

  /// Hosts that a statement names; the default host if it names none.
  std::vector<HostId> hosts_of(const CheckedFile& file,
                               const lang::Statement& written) {
    std::vector<HostId> out;
    check::for_each_part(
        *file.file, written,
        [&](lang::ExprId id) {
          check::add_written_hosts(checked_, file, id, out);
        },
        [&](lang::ActionId id) { add_action_hosts(checked_, file, id, out); });
    if (out.empty()) out.push_back(0);
    return out;
  }

  check::Checked& checked_;
  Program program_;
  MetricTable metrics_;
  std::uint32_t next_action_ = 0;
  std::size_t unnamed_ = 0;
};

}  // namespace

Program compile(check::Checked& checked) {
  return Compiler(checked).run();
}

}  // namespace balance
