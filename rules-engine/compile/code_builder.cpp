#include "compile/code_builder.h"

#include <bit>
#include <iterator>
#include <utility>

namespace balance {

std::uint32_t MetricTable::add(MetricUse use) {
  const Key key{use.name, use.hosts, use.instances, use.instant,
                use.first_sample};
  const auto [found, added] =
      known_.emplace(key, static_cast<std::uint32_t>(program_.metrics.size()));
  if (added) program_.metrics.push_back(std::move(use));
  return found->second;
}

Slot CodeBuilder::add(Instruction instruction, SlotInfo info) {
  const Instruction& i = instruction;
  // By its bits: a NaN is like itself, and 0 is not -0.
  const Key key{i.op,
                i.a,
                i.b,
                i.metric,
                std::bit_cast<std::uint64_t>(i.number),
                i.text,
                i.over,
                i.samples,
                i.side,
                i.shifted,
                info.type};
  const auto [found, added] =
      known_.emplace(key, static_cast<Slot>(program_.slots.size()));
  if (!added) return found->second;
  instruction.result = found->second;
  code_.push_back(std::move(instruction));
  program_.slots.push_back(std::move(info));
  return found->second;
}

Slot CodeBuilder::constant(double number, std::string text) {
  Instruction out;
  out.number = number;
  return add(std::move(out), {Type::number, Shape::single, std::move(text)});
}

Block CodeBuilder::finish(Slot result) {
  const Block out{static_cast<std::uint32_t>(program_.code.size()),
                  static_cast<std::uint32_t>(code_.size()), result};
  program_.code.insert(program_.code.end(),
                       std::make_move_iterator(code_.begin()),
                       std::make_move_iterator(code_.end()));
  code_.clear();
  known_.clear();
  return out;
}

}  // namespace balance
