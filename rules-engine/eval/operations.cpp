#include "eval/operations.h"

#include <algorithm>
#include <cmath>

namespace balance {

NumberFunction number_function(Op op) {
  switch (op) {
    case Op::add:
      return [](double a, double b) { return a + b; };
    case Op::subtract:
      return [](double a, double b) { return a - b; };
    case Op::multiply:
      return [](double a, double b) { return a * b; };
    case Op::divide:
      return [](double a, double b) { return a / b; };
    case Op::negate:
      return [](double a, double) { return -a; };
    case Op::power:
      return [](double a, double b) { return std::pow(a, b); };
    case Op::exponential:
      return [](double a, double) { return std::exp(a); };
    case Op::logarithm:
      return [](double a, double) { return std::log(a); };
    case Op::floor:
      return [](double a, double) { return std::floor(a); };
    case Op::ceiling:
      return [](double a, double) { return std::ceil(a); };
    case Op::absolute:
      return [](double a, double) { return std::fabs(a); };
    case Op::least:
      // Of equal ones (0 and -0) the left, of a NaN the other.
      return [](double a, double b) { return std::isnan(a) || b < a ? b : a; };
    case Op::greatest:
      return [](double a, double b) { return std::isnan(a) || b > a ? b : a; };
    default:
      return nullptr;
  }
}

CompareFunction compare_function(Op op) {
  switch (op) {
    case Op::less:
      return [](double a, double b) { return a < b; };
    case Op::less_equal:
      return [](double a, double b) { return a <= b; };
    case Op::greater:
      return [](double a, double b) { return a > b; };
    case Op::greater_equal:
      return [](double a, double b) { return a >= b; };
    case Op::equal:
      return [](double a, double b) { return a == b; };
    case Op::not_equal:
      return [](double a, double b) { return a != b; };
    default:
      return nullptr;
  }
}

Tri both(Tri a, Tri b) {
  return std::min(a, b);
}
Tri either(Tri a, Tri b) {
  return std::max(a, b);
}
Tri negation(Tri a) {
  if (a == Tri::unknown) return a;
  return to_tri(a == Tri::no);
}

bool is_binary(Op op) {
  switch (op) {
    case Op::add:
    case Op::subtract:
    case Op::multiply:
    case Op::divide:
    case Op::power:
    case Op::least:
    case Op::greatest:
    case Op::both:
    case Op::either:
    case Op::fallback:
    case Op::latch:
      return true;
    default:
      return compare_function(op) != nullptr;
  }
}

bool is_comparison(Op op) {
  return op >= Op::less && op <= Op::not_equal;
}

Op mirrored(Op op) {
  switch (op) {
    case Op::less:
      return Op::greater;
    case Op::less_equal:
      return Op::greater_equal;
    case Op::greater:
      return Op::less;
    case Op::greater_equal:
      return Op::less_equal;
    default:
      return op;
  }
}

bool is_elementwise(Op op) {
  return op >= Op::add && op <= Op::fallback;
}

namespace {

Value compare(Op op, const Value& a, const Value& b) {
  if (!a.known() || !b.known() || a.type != b.type)
    return Value::of(Tri::unknown);
  if (a.type == Type::text)
    return Value::of(to_tri((*a.text == *b.text) == (op == Op::equal)));
  return Value::of(to_tri(compare_function(op)(a.number, b.number)));
}

}  // namespace

Value apply(Op op, const Value& a, const Value& b) {
  if (compare_function(op) != nullptr) return compare(op, a, b);
  switch (op) {
    case Op::both:
      return Value::of(both(a.truth, b.truth));
    case Op::either:
      return Value::of(either(a.truth, b.truth));
    case Op::negation:
      return Value::of(negation(a.truth));
    case Op::known:
      return Value::of(to_tri(a.known()));
    case Op::fallback:
      return a.known() ? a : b;
    default:
      break;
  }
  const bool there = a.known() && (!is_binary(op) || b.known());
  return Value::of(there ? number_function(op)(a.number, b.number)
                         : no_number());
}

}  // namespace balance
