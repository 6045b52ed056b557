#include "compile/column_code.h"

#include <utility>

#include "check/functions.h"
#include "compile/operators.h"

namespace balance {
namespace {

Shape shape_of(const check::Facts& facts) {
  if (facts.single()) return Shape::single;
  switch (facts.instances) {
    case check::Facts::Instances::none:
      return Shape::host;
    case check::Facts::Instances::some:
      return Shape::host_instance;
    case check::Facts::Instances::open:
      return Shape::open;
  }
  return Shape::open;
}

}  // namespace

ColumnCode::ColumnCode(CodeBuilder& code, MetricTable& metrics,
                       check::Checked& checked,
                       std::vector<HostId> clause_hosts)
    : metrics_(metrics),
      checked_(checked),
      clause_hosts_(std::move(clause_hosts)),
      code_(code) {}

Slot ColumnCode::column(const Node& node, Use use, bool instant) {
  return column(Part{node, use, instant});
}

Slot ColumnCode::yes() {
  Instruction out;
  out.number = 1;
  return code_.add(std::move(out), {Type::truth, Shape::single, "true"});
}

Slot ColumnCode::shown(const Node& node, Slot column) {
  const check::Facts& facts = node.facts();
  if (facts.samples < 2) return column;
  Instruction out = operation(Op::window, column);
  out.samples = facts.samples;
  return code_.add(std::move(out),
                   {type_of(facts), shape_of(facts), node.text()});
}

Slot ColumnCode::column(const Part& part) {
  const Key key{part.node, part.use, part.instant};
  if (const auto found = known_.find(key); found != known_.end())
    return found->second;
  const Slot slot = make(part);
  known_.emplace(key, slot);
  return slot;
}

Slot ColumnCode::make(const Part& part) {
  return std::visit([&](const auto& node) { return make(part, node); },
                    part.node.expression().node);
}

Slot ColumnCode::add(const Part& part, Instruction instruction) {
  const check::Facts& facts = part.node.facts();
  return code_.add(std::move(instruction),
                   {type_of(facts), shape_of(facts), part.node.text()});
}

Slot ColumnCode::chain(const Part& part, Op op,
                       const std::vector<lang::ExprId>& operands) {
  Slot slot = column(part.at(operands.front()));
  for (std::size_t i = 1; i < operands.size(); ++i)
    slot = add(part, operation(op, slot, column(part.at(operands[i]))));
  return slot;
}

Slot ColumnCode::make(const Part& part, const lang::Number& node) {
  Instruction out;
  out.number = node.value;
  return add(part, std::move(out));
}

Slot ColumnCode::make(const Part& part, const lang::String& node) {
  Instruction out;
  out.text = node.text;
  return add(part, std::move(out));
}

Slot ColumnCode::make(const Part& part, const lang::Truth& node) {
  Instruction out;
  out.number = node.value ? 1 : 0;
  return add(part, std::move(out));
}

Slot ColumnCode::make(const Part& part, const lang::Variable& node) {
  if (const auto meaning = part.node.meaning(checked_))
    return column({*meaning, part.use, part.instant});
  Instruction out;
  out.op = Op::time_variable;
  out.text = node.name;
  return add(part, std::move(out));
}

Slot ColumnCode::make(const Part& part, const lang::Fetch& node) {
  MetricUse use;
  use.name = node.metric.text;
  for (const lang::Name& host : node.hosts)
    use.hosts.push_back(checked_.intern(host.text));
  if (use.hosts.empty())
    use.hosts =
        part.use == Use::clause ? clause_hosts_ : std::vector<HostId>{0};
  for (const lang::Name& instance : node.instances)
    use.instances.push_back(instance.text);
  use.instant = part.instant;
  use.first_sample = node.first_sample;
  Instruction out;
  out.op = Op::fetch;
  out.metric = metrics_.add(std::move(use));
  return add(part, std::move(out));
}

Slot ColumnCode::make(const Part& part, const lang::Unary& node) {
  if (node.op == lang::UnaryOp::instant)
    return column({part.node.at(node.operand), part.use, true});
  return add(part, operation(op_of(node.op), column(part.at(node.operand))));
}

Slot ColumnCode::make(const Part& part, const lang::Binary& node) {
  return chain(part, op_of(node.op), {node.left, node.right});
}

Slot ColumnCode::make(const Part& part, const lang::Relation& node) {
  return chain(part, op_of(node.op), {node.left, node.right});
}

Slot ColumnCode::make(const Part& part, const lang::Logic& node) {
  return chain(part, op_of(node.op), node.operands);
}

Slot ColumnCode::make(const Part& part, const lang::Held& node) {
  Instruction out = operation(Op::held, column(part.at(node.condition)));
  out.number = part.node.file->facts_of(node.duration).constant->value;
  return add(part, std::move(out));
}

Slot ColumnCode::make(const Part& part, const lang::Aggregate& node) {
  Instruction out = operation(op_of(node.op), column(part.at(node.operand)));
  out.over = over_of(node.over);
  if (node.op == lang::Collapse::percent) out.number = node.percent;
  if (node.over == lang::Domain::sample)
    out.samples = part.node.file->facts_of(node.operand).samples;
  return add(part, std::move(out));
}

Slot ColumnCode::make(const Part& part, const lang::MatchInst& node) {
  Instruction out =
      operation(node.exclude ? Op::exclude_instance : Op::match_instance,
                column(part.at(node.operand)));
  out.text = node.pattern.text;
  return add(part, std::move(out));
}

Slot ColumnCode::make(const Part& part, const lang::Call& node) {
  const check::FunctionSpec& spec = *check::find_function(node.function.text);
  const Op op = op_of(spec.function);
  if (spec.arguments > 1 || spec.or_more)
    return chain(part, op, node.arguments);
  return add(part, operation(op, column(part.at(node.arguments.front()))));
}

}  // namespace balance
