#include "compile/operators.h"

#include <array>

namespace balance {
namespace {

template <std::size_t N, class Enum>
Op at(const std::array<Op, N>& table, Enum value) {
  return table[static_cast<std::size_t>(value)];
}

}  // namespace

Op op_of(lang::BinaryOp op) {
  constexpr std::array kOps = {Op::add, Op::subtract, Op::multiply, Op::divide};
  return at(kOps, op);
}

Op op_of(lang::RelationOp op) {
  constexpr std::array kOps = {Op::less,    Op::less_equal,
                               Op::greater, Op::greater_equal,
                               Op::equal,   Op::not_equal};
  return at(kOps, op);
}

Op op_of(lang::LogicOp op) {
  return op == lang::LogicOp::both ? Op::both : Op::either;
}

Op op_of(lang::Collapse op) {
  constexpr std::array kOps = {Op::all,     Op::some,    Op::percent,
                               Op::sum,     Op::average, Op::maximum,
                               Op::minimum, Op::count};
  return at(kOps, op);
}

Over over_of(lang::Domain domain) {
  constexpr std::array kOver = {Over::host, Over::instance, Over::sample};
  return kOver[static_cast<std::size_t>(domain)];
}

Op op_of(lang::UnaryOp op) {
  constexpr std::array kOps = {Op::negate,  Op::negation, Op::rising,
                               Op::falling, Op::rate,     Op::fetch};
  return at(kOps, op);
}

Op op_of(check::Function function) {
  constexpr std::array kOps = {
      Op::lookup, Op::lookup,   Op::power,    Op::exponential, Op::logarithm,
      Op::floor,  Op::ceiling,  Op::absolute, Op::least,       Op::greatest,
      Op::known,  Op::fallback, Op::latch};
  return at(kOps, function);
}

}  // namespace balance
