// Instructions in the making.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "program/program.h"

namespace balance {

/// Metrics of a program; the same use twice is one.
class MetricTable {
 public:
  explicit MetricTable(Program& program) : program_(program) {}
  std::uint32_t add(MetricUse use);

 private:
  using Key = std::tuple<std::string, std::vector<HostId>,
                         std::vector<std::string>, bool, std::uint32_t>;
  Program& program_;
  std::map<Key, std::uint32_t> known_;
};

inline Instruction operation(Op op, Slot a, Slot b = kNoSlot) {
  Instruction out;
  out.op = op;
  out.a = a;
  out.b = b;
  return out;
}

/// One block. An instruction that is there already is not added again: what it
/// computes, and the state that it keeps, are the same.
class CodeBuilder {
 public:
  explicit CodeBuilder(Program& program) : program_(program) {}

  /// `instruction` without a result; its slot.
  Slot add(Instruction instruction, SlotInfo info);
  Slot constant(double number, std::string text);
  /// Appends the block to the program.
  Block finish(Slot result);

 private:
  using Key = std::tuple<Op, Slot, Slot, std::uint32_t, std::uint64_t,
                         std::string, Over, std::uint32_t, Side, bool, Type>;
  Program& program_;
  std::vector<Instruction> code_;
  std::map<Key, Slot> known_;
};

}  // namespace balance
