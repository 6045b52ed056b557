// Programs made by hand, for tests of what runs them.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "program/program.h"

namespace balance {

class ProgramBuilder {
 public:
  explicit ProgramBuilder(std::vector<std::string> hosts, double delta_s)
      : delta_s_(delta_s) {
    for (std::string& host : hosts) {
      all_.push_back(static_cast<HostId>(program_.hosts.size()));
      program_.hosts.push_back(std::move(host));
    }
  }

  /// A rule, a task of its own. All its columns come before its actions.
  ProgramBuilder& begin(const std::string& name) {
    Rule rule;
    rule.name = name;
    rule.delta_s = delta_s_;
    program_.tasks.push_back({.delta_s = delta_s_,
                              .first = program_.rules.size(),
                              .count = 1,
                              .code = size(),
                              .code_count = 0});
    program_.rules.push_back(std::move(rule));
    return *this;
  }

  /// `back`: `@n`.
  Slot fetch(const std::string& metric, std::vector<HostId> hosts = {},
             std::uint32_t back = 0) {
    MetricUse use;
    use.first_sample = back;
    use.name = metric;
    use.hosts = hosts.empty() ? all_ : std::move(hosts);
    program_.metrics.push_back(std::move(use));
    Instruction i;
    i.op = Op::fetch;
    i.metric = static_cast<std::uint32_t>(program_.metrics.size() - 1);
    return emit(i, Type::number, metric);
  }
  Slot number(double x) {
    Instruction i;
    i.number = x;
    return emit(i, Type::number, "");
  }
  Slot op(Op op, Slot a, Slot b = kNoSlot, double number = 0) {
    Instruction i;
    i.op = op;
    i.a = a;
    i.b = b;
    i.number = number;
    const bool truth = (op >= Op::less && op <= Op::known) ||
                       (op >= Op::match_instance && op <= Op::latch);
    return emit(i, truth ? Type::truth : Type::number, "");
  }
  Slot collapse(Op op, Over over, Slot a, std::uint32_t samples = 1) {
    Instruction i;
    i.op = op;
    i.a = a;
    i.over = over;
    i.samples = samples;
    const bool truth = op >= Op::all && op <= Op::percent;
    return emit(i, truth ? Type::truth : Type::number, "");
  }
  Slot look(Slot a, Side side = Side::bare) {
    Instruction i;
    i.op = Op::lookup;
    i.a = a;
    i.side = side;
    i.shifted = true;
    return emit(i, program_.slots[a].type, program_.slots[a].text);
  }

  /// Ends the columns: the statement's value.
  Rule& value(Slot result) {
    Rule& rule = program_.rules.back();
    Task& task = program_.tasks.back();
    task.code_count = size() - task.code;
    rule.result = rule.shown = result;
    return rule;
  }
  void when(Slot condition, Slot value_node, Action action) {
    Branch branch;
    branch.condition = branch.binding = condition;
    branch.value = value_node;
    branch.action = std::move(action);
    program_.rules.back().branches.push_back(std::move(branch));
  }

  Operand operand(std::string text, const std::function<Slot()>& code) {
    Operand out;
    out.code.first = size();
    out.code.result = code();
    out.code.count = size() - out.code.first;
    out.origin.text = std::move(text);
    return out;
  }
  Clause clause(const std::string& word, Operand operand,
                std::vector<Clause> sub = {}) {
    Clause out;
    out.word = word;
    out.operands.push_back(std::move(operand));
    out.sub = std::move(sub);
    return out;
  }
  Clause clause(const std::string& word, double x,
                std::vector<Clause> sub = {}) {
    return clause(word, operand(text_of(x), [&] { return number(x); }),
                  std::move(sub));
  }
  Clause named(const std::string& word, const std::string& name) {
    Clause out;
    out.word = word;
    out.name = name;
    return out;
  }
  /// `pick N by COLUMN …`
  Clause pick(double n, Slot column, std::vector<Clause> more = {}) {
    more.insert(more.begin(),
                clause("by", operand(program_.slots[column].text,
                                     [&] { return look(column); })));
    return clause("pick", n, std::move(more));
  }
  /// `to min COLUMN …`
  Clause to_least(Slot column, std::vector<Clause> more = {}) {
    Clause out = clause("to",
                        operand(program_.slots[column].text,
                                [&] { return look(column, Side::target); }),
                        std::move(more));
    out.order = Order::lowest;
    return out;
  }
  Action migrate(std::vector<Clause> clauses, double hold_off_s = 0) {
    Action out;
    out.kind = Action::Kind::plugin;
    out.word = "migrate";
    out.hold_off_s = hold_off_s;
    out.clauses = std::move(clauses);
    out.id = actions_++;
    return out;
  }
  Action either(std::vector<Action> parts) {
    Action out;
    out.kind = Action::Kind::either;
    out.parts = std::move(parts);
    out.id = actions_++;
    return out;
  }

  const Program& program() const { return program_; }

 private:
  static std::string text_of(double x) {
    std::string out = std::to_string(x);
    out.erase(out.find_last_not_of('0') + 1);
    if (out.back() == '.') out.pop_back();
    return out;
  }
  std::uint32_t size() const {
    return static_cast<std::uint32_t>(program_.code.size());
  }
  Slot emit(Instruction i, Type type, std::string text) {
    i.result = static_cast<Slot>(program_.slots.size());
    program_.slots.push_back({type, Shape::open, std::move(text)});
    program_.code.push_back(std::move(i));
    return program_.code.back().result;
  }

  Program program_;
  std::vector<HostId> all_;
  double delta_s_;
  std::uint32_t actions_ = 0;
};

}  // namespace balance
