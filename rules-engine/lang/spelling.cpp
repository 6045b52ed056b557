#include "lang/spelling.h"

namespace balance::lang {

std::string_view text_of(UnaryOp op) {
  switch (op) {
    case UnaryOp::negate:
      return "-";
    case UnaryOp::negation:
      return "!";
    case UnaryOp::rising:
      return "rising";
    case UnaryOp::falling:
      return "falling";
    case UnaryOp::rate:
      return "rate";
    case UnaryOp::instant:
      return "instant";
  }
  return "";
}

std::string_view text_of(BinaryOp op) {
  switch (op) {
    case BinaryOp::add:
      return "+";
    case BinaryOp::subtract:
      return "-";
    case BinaryOp::multiply:
      return "*";
    case BinaryOp::divide:
      return "/";
  }
  return "";
}

std::string_view text_of(RelationOp op) {
  switch (op) {
    case RelationOp::less:
      return "<";
    case RelationOp::less_equal:
      return "<=";
    case RelationOp::greater:
      return ">";
    case RelationOp::greater_equal:
      return ">=";
    case RelationOp::equal:
      return "==";
    case RelationOp::unequal:
      return "!=";
  }
  return "";
}

std::string_view text_of(LogicOp op) {
  return op == LogicOp::both ? "&&" : "||";
}

std::string_view text_of(Domain domain) {
  switch (domain) {
    case Domain::host:
      return "host";
    case Domain::inst:
      return "inst";
    case Domain::sample:
      return "sample";
  }
  return "";
}

std::string_view text_of(Collapse op) {
  switch (op) {
    case Collapse::all:
      return "all";
    case Collapse::some:
      return "some";
    case Collapse::percent:
      return "%";
    case Collapse::sum:
      return "sum";
    case Collapse::avg:
      return "avg";
    case Collapse::max:
      return "max";
    case Collapse::min:
      return "min";
    case Collapse::count:
      return "count";
  }
  return "";
}

std::string_view text_of(Keyword keyword) {
  switch (keyword) {
    case Keyword::shell:
      return "shell";
    case Keyword::alarm:
      return "alarm";
    case Keyword::syslog:
      return "syslog";
    case Keyword::print:
      return "print";
    case Keyword::stomp:
      return "stomp";
  }
  return "";
}

std::optional<Keyword> find_keyword(std::string_view word) {
  for (const Keyword one : {Keyword::shell, Keyword::alarm, Keyword::syslog,
                            Keyword::print, Keyword::stomp}) {
    if (text_of(one) == word) return one;
  }
  return std::nullopt;
}

std::string quoted(std::string_view text) {
  constexpr std::string_view kControls = "\n\t\v\b\r\f\a";
  constexpr std::string_view kLetters = "ntvbrfa";
  std::string result = "\"";
  for (const char byte : text) {
    const std::size_t control = kControls.find(byte);
    if (control != kControls.npos) {
      result += '\\';
      result += kLetters[control];
      continue;
    }
    if (byte == '"' || byte == '\\' || byte == '$') result += '\\';
    result += byte;
  }
  return result + '"';
}

}  // namespace balance::lang
