#include "compile/compile.h"

#include <algorithm>
#include <utility>

#include "base/overloaded.h"
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
      : checked_(checked),
        bindings_(checked),
        metrics_(program_),
        code_(program_) {}

  Program run() {
    for (const CheckedFile& file : checked_.files)
      for (std::size_t i = 0; i < file.file->statements.size(); ++i)
        statement(file, i);
    end_task();
    program_.hosts = checked_.hosts;
    return std::move(program_);
  }

 private:
  void statement(const CheckedFile& file, std::size_t at) {
    const std::string& label = file.labels[at];
    if (label.empty()) return;
    const lang::Statement& written = file.file->statements[at];
    Rule rule;
    rule.name = label;
    rule.named = written.name.has_value();
    rule.delta_s = file.deltas_s[at];
    rule.origin = origin_of(written.span);
    if (program_.tasks.empty() || program_.tasks.back().delta_s != rule.delta_s)
      begin_task(rule.delta_s);
    body(file, written, rule);
    program_.rules.push_back(std::move(rule));
    ++program_.tasks.back().count;
  }

  void begin_task(double delta_s) {
    end_task();
    Task task;
    task.delta_s = delta_s;
    task.first = program_.rules.size();
    program_.tasks.push_back(task);
  }

  void end_task() {
    if (program_.tasks.empty()) return;
    const Block code = code_.finish(kNoSlot);
    program_.tasks.back().code = code.first;
    program_.tasks.back().code_count = code.count;
  }

  void body(const CheckedFile& file, const lang::Statement& written,
            Rule& rule) {
    std::vector<HostId> hosts = hosts_of(file, written);
    ColumnCode columns(code_, metrics_, checked_, std::move(hosts));
    ActionCode actions(program_, checked_, columns, file, next_action_);
    std::visit(base::Overloaded{[&](const lang::ExpressionBody& one) {
                                  const Node node{&file, one.expression};
                                  Branch about;
                                  bind(node, columns, about);
                                  shown(node, columns, rule, about);
                                },
                                [&](const lang::Rule& one) {
                                  rule.branches.push_back(
                                      branch(file, one, columns, actions));
                                  shown({&file, one.condition}, columns, rule,
                                        rule.branches.back());
                                },
                                [&](const lang::Ruleset& one) {
                                  ruleset(file, one, columns, actions, rule);
                                },
                                [&](const lang::BareAction& one) {
                                  always(one, columns, actions, rule);
                                }},
               written.body);
  }

  /// The value of a statement, and what is shown of it.
  void shown(const Node& node, ColumnCode& columns, Rule& rule,
             const Branch& about) {
    rule.result = columns.column(node, Use::condition);
    rule.shown = columns.shown(node, rule.result);
    rule.shown_extreme = about.extreme;
    if (type_of(node.facts()) != Type::truth) return;
    rule.shown_binding = about.binding;
    rule.shown_value = about.value;
  }

  /// What %h, %i and %v are about, all samples of a window.
  void bind(const Node& condition, ColumnCode& columns, Branch& out) {
    const auto windowed = [&](const Node& node) {
      return columns.shown(node, columns.column(node, Use::condition));
    };
    const auto binding = bindings_.of(condition);
    if (!binding) return;
    out.binding = windowed(*binding);
    if (const auto extreme = extreme_node(*binding))
      out.extreme = columns.column(*extreme, Use::condition);
    if (const auto value = bindings_.value_of(condition)) {
      out.value = windowed(value->node);
      out.lowest_first = value->lowest_first;
    }
  }

  ConditionHosts condition_hosts(const CheckedFile& file,
                                 const std::vector<lang::ExprId>& conditions) {
    ConditionHosts out{true, {}};
    for (const lang::ExprId id : conditions) {
      out.single = out.single && file.facts_of(id).single();
      check::add_written_hosts(checked_, file, id, out.written);
    }
    return out;
  }

  Branch branch(const CheckedFile& file, const lang::Rule& written,
                ColumnCode& columns, ActionCode& actions) {
    const Node condition{&file, written.condition};
    Branch out;
    out.condition = columns.column(condition, Use::condition);
    bind(condition, columns, out);
    out.action = actions.action(written.action,
                                condition_hosts(file, {written.condition}));
    return out;
  }

  void ruleset(const CheckedFile& file, const lang::Ruleset& written,
               ColumnCode& columns, ActionCode& actions, Rule& rule) {
    rule.is_ruleset = true;
    std::vector<lang::ExprId> conditions;
    for (const lang::Rule& one : written.rules) {
      rule.branches.push_back(branch(file, one, columns, actions));
      conditions.push_back(one.condition);
    }
    const ConditionHosts all = condition_hosts(file, conditions);
    if (written.unknown) rule.unknown = actions.action(*written.unknown, all);
    if (written.otherwise)
      rule.otherwise = actions.action(*written.otherwise, all);
    rule.result = rule.shown = rule.branches.back().condition;
    // As pmie: it is about what its first rule is about.
    rule.shown_binding = rule.branches.front().binding;
    rule.shown_value = rule.branches.front().value;
  }

  void always(const lang::BareAction& written, ColumnCode& columns,
              ActionCode& actions, Rule& rule) {
    Branch out;
    out.condition = columns.yes();
    out.action = actions.action(written.action, {true, {}});
    rule.branches.push_back(std::move(out));
    rule.result = rule.branches.back().condition;
  }

  bool about_default_host(const CheckedFile& file,
                          const lang::Statement& written) {
    bool single = false;
    bool out = false;
    check::for_each_part(
        *file.file, written,
        [&](lang::ExprId condition) {
          const std::vector<HostId>& hosts = file.facts_of(condition).hosts;
          single = single || hosts.empty();
          out = out || std::find(hosts.begin(), hosts.end(), 0U) != hosts.end();
        },
        [&](lang::ActionId id) {
          const auto clauses = file.clauses.find(id);
          if (clauses == file.clauses.end()) return;
          out = out || (single &&
                        source_hosts(checked_, file, clauses->second).empty());
        });
    return out;
  }

  /// Hosts that a statement is about: those that it names, and the default host
  /// if a condition or the candidates are of it.
  std::vector<HostId> hosts_of(const CheckedFile& file,
                               const lang::Statement& written) {
    std::vector<HostId> out;
    check::for_each_part(
        *file.file, written,
        [&](lang::ExprId id) {
          check::add_written_hosts(checked_, file, id, out);
        },
        [&](lang::ActionId id) { add_action_hosts(checked_, file, id, out); });
    const bool here = std::find(out.begin(), out.end(), 0U) != out.end();
    if (!here && (out.empty() || about_default_host(file, written)))
      out.push_back(0);
    return out;
  }

  check::Checked& checked_;
  Bindings bindings_;
  Program program_;
  MetricTable metrics_;
  CodeBuilder code_;  ///< of the task at hand
  std::uint32_t next_action_ = 0;
};

}  // namespace

Program compile(check::Checked& checked) {
  return Compiler(checked).run();
}

}  // namespace balance
