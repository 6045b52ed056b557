#include "check/operators.h"

#include <fmt/format.h>

namespace balance::check {

std::string_view name_of(lang::Kind kind) {
  switch (kind) {
    case lang::Kind::number:
      return "a number";
    case lang::Kind::truth:
      return "true or false";
    case lang::Kind::text:
      return "a text";
  }
  return "";
}

std::string_view name_of(lang::UnaryOp op) {
  switch (op) {
    case lang::UnaryOp::negate:
      return "-";
    case lang::UnaryOp::negation:
      return "!";
    case lang::UnaryOp::rising:
      return "rising";
    case lang::UnaryOp::falling:
      return "falling";
    case lang::UnaryOp::rate:
      return "rate";
    case lang::UnaryOp::instant:
      return "instant";
  }
  return "";
}

std::string_view name_of(lang::BinaryOp op) {
  constexpr std::string_view kNames[] = {"+", "-", "*", "/"};
  return kNames[static_cast<std::size_t>(op)];
}

std::string_view name_of(lang::RelationOp op) {
  constexpr std::string_view kNames[] = {"<", "<=", ">", ">=", "==", "!="};
  return kNames[static_cast<std::size_t>(op)];
}

std::string_view name_of(lang::LogicOp op) {
  return op == lang::LogicOp::both ? "&&" : "||";
}

std::string name_of(const lang::Aggregate& node) {
  constexpr std::string_view kOps[] = {"all", "some", "%",   "sum",
                                       "avg", "max",  "min", "count"};
  constexpr std::string_view kDomains[] = {"host", "inst", "sample"};
  return fmt::format("{}_{}", kOps[static_cast<std::size_t>(node.op)],
                     kDomains[static_cast<std::size_t>(node.over)]);
}

}  // namespace balance::check
