#include "eval/clause_code.h"

#include "eval/join.h"
#include "eval/operations.h"

namespace balance {
namespace {

std::size_t of_host(const Index& index, HostId host) {
  const std::size_t i = find_element(index, host, 0, kNoInstance, "");
  if (i == kNoPartner || index.keys[i].has_instance()) return kNoPartner;
  return i;
}

/// The row's element if there are rows, else the host's value.
std::size_t of_node(const Index& index, const NodeAt& node) {
  if (node.row) {
    const Key& key = node.row->key;
    const std::size_t i =
        find_element(index, key.host, key.domain, key.instance, node.row->name);
    if (i != kNoPartner && index.keys[i].has_instance()) return i;
  }
  return node.host ? of_host(index, *node.host) : kNoPartner;
}

std::size_t of_instance(const Index& index, HostId host, const Key& key,
                        const std::string& name) {
  return find_element(index, host, key.domain, key.instance, name);
}

bool per_host(const Index& index, std::size_t i) {
  return i != kNoPartner && !index.single() && !index.keys[i].has_instance();
}

}  // namespace

ClauseCode::ClauseCode(const Program& program, const Evaluator& columns,
                       const Books& books)
    : program_(program),
      columns_(columns),
      books_(books),
      values_(program.slots.size()) {
  for (const Instruction& i : program.code)
    if (i.op == Op::fetch) metrics_[i.result] = program.metrics[i.metric].name;
}

Value ClauseCode::run(const Block& block, const Binding& binding) {
  missing_.clear();
  for (std::uint32_t k = 0; k < block.count; ++k) {
    const Instruction& i = program_.code[block.first + k];
    Value& out = values_[i.result];
    if (i.op == Op::constant) {
      out.type = program_.slots[i.result].type;
      out.number = i.number;
      out.truth = to_tri(i.number != 0);
      out.text = i.text;
    } else if (i.op == Op::lookup) {
      out = lookup(i, binding);
      if (!out.known() && missing_.empty()) missing_ = program_.slots[i.a].text;
    } else {
      const Value& a = values_[i.a];
      out = apply(i.op, a, is_binary(i.op) ? values_[i.b] : a);
    }
  }
  return values_[block.result];
}

Value ClauseCode::lookup(const Instruction& i, const Binding& binding) const {
  const Column& column = columns_.column(i.a);
  Value none;
  none.type = column.type;
  if (!column.index) return none;
  const std::size_t at = position(*column.index, i.side, binding);
  if (at == kNoPartner) return none;
  Value out = element(column, at);
  const auto metric = metrics_.find(i.a);
  if (i.shifted && metric != metrics_.end() && out.known() &&
      out.type == Type::number && !column.index->single()) {
    const Key& key = column.index->keys[at];
    out.number +=
        key.has_instance()
            ? books_.at_row(metric->second, first_word(column.index->names[at]))
            : books_.at(metric->second, key.host);
  }
  return out;
}

std::size_t ClauseCode::position(const Index& index, Side side,
                                 const Binding& binding) const {
  if (index.single()) return 0;
  switch (side) {
    case Side::bare:
      return bare(index, binding);
    case Side::my:
      return binding.candidate == nullptr ? kNoPartner
                                          : my(index, *binding.candidate);
    case Side::target:
      return binding.target ? of_node(index, *binding.target) : kNoPartner;
  }
  return kNoPartner;
}

std::size_t ClauseCode::bare(const Index& index, const Binding& binding) const {
  std::size_t at = kNoPartner;
  if (binding.candidate != nullptr)
    at = of_instance(index, binding.candidate->listed, binding.candidate->key,
                     binding.candidate->name);
  else if (binding.here)
    at = of_host(index, *binding.here);
  if (binding.changed == nullptr) return at;
  const std::size_t changed = of_node(index, *binding.changed);
  // A process's own value stays; a node's is that of the node that changes.
  return at == kNoPartner || per_host(index, at) ? changed : at;
}

std::size_t ClauseCode::my(const Index& index,
                           const Candidate& candidate) const {
  std::size_t at = kNoPartner;
  if (candidate.row) {
    at = of_node(index, {std::nullopt, candidate.row});
    if (at != kNoPartner) return at;
  }
  if (candidate.runs_on == candidate.listed)
    return of_instance(index, candidate.listed, candidate.key, candidate.name);
  if (candidate.runs_on) {
    at = candidate.key_there.has_instance()
             ? of_instance(index, *candidate.runs_on, candidate.key_there,
                           candidate.name_there)
             : of_host(index, *candidate.runs_on);
  }
  if (at != kNoPartner) return at;
  // Not listed there: as its home knows it. What is of the node stays unknown.
  at = of_instance(index, candidate.listed, candidate.key, candidate.name);
  return per_host(index, at) ? kNoPartner : at;
}

bool ClauseCode::asks_target(const Block& block) const {
  for (std::uint32_t k = 0; k < block.count; ++k) {
    const Instruction& i = program_.code[block.first + k];
    if (i.op == Op::lookup && i.side == Side::target) return true;
  }
  return false;
}

std::vector<Slot> ClauseCode::candidate_columns(const Block& block) const {
  std::vector<Slot> out;
  for (std::uint32_t k = 0; k < block.count; ++k) {
    const Instruction& i = program_.code[block.first + k];
    if (i.op == Op::lookup && i.side != Side::target) out.push_back(i.a);
  }
  return out;
}

std::optional<BookKey> ClauseCode::value_of(const Block& block,
                                            const NodeAt& node) const {
  for (std::uint32_t k = 0; k < block.count; ++k) {
    const Instruction& i = program_.code[block.first + k];
    if (i.op != Op::lookup) continue;
    const auto metric = metrics_.find(i.a);
    const Column& column = columns_.column(i.a);
    if (metric == metrics_.end() || !column.index) return std::nullopt;
    const std::size_t at = of_node(*column.index, node);
    if (at == kNoPartner) return std::nullopt;
    BookKey out{metric->second, column.index->keys[at].host, ""};
    if (column.index->keys[at].has_instance())
      out.row = first_word(column.index->names[at]);
    return out;
  }
  return std::nullopt;
}

}  // namespace balance
