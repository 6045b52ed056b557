#include "lang/print.h"

#include <algorithm>
#include <type_traits>

#include <fmt/format.h>

#include "lang/spelling.h"
#include "lang/words.h"

namespace balance::lang {
namespace {

std::string quote_name(std::string_view text) {
  std::string result = "'";
  for (const char byte : text) {
    if (byte == '\'' || byte == '\\' || byte == '$') result += '\\';
    result += byte;
  }
  return result + '\'';
}

std::string name(const Name& name) {
  return is_bare_name(name.text) ? name.text : quote_name(name.text);
}

/// Parentheses stand where they stood, doubled ones once.
class Printer {
 public:
  explicit Printer(const File& file) : file_(file) {}

  std::string expression(ExprId id) const {
    const Expression& one = file_.at(id);
    std::string text = std::visit(
        [this](const auto& node) { return this->print(node); }, one.node);
    return one.parenthesised ? "(" + text + ")" : text;
  }

  std::string action(ActionId id) const {
    const Action& one = file_.action(id);
    std::string text = std::visit(
        [this](const auto& node) { return this->print(node); }, one.node);
    return one.parenthesised ? "(" + text + ")" : text;
  }

  std::string statement(const Statement& one) const {
    std::string text = one.name ? name(*one.name) + " = " : "";
    text += std::visit([this](const auto& body) { return this->print(body); },
                       one.body);
    return text + ";\n";
  }

 private:
  static std::string print(const Number& node) {
    std::string text = fmt::format("{}", node.written);
    return node.units.empty() ? text : text + " " + node.units;
  }
  static std::string print(const String& node) { return quoted(node.text); }
  static std::string print(const Truth& node) {
    return node.value ? "true" : "false";
  }
  static std::string print(const Variable& node) {
    const bool plain = !node.name.empty() &&
                       std::all_of(node.name.begin(), node.name.end(), is_word);
    return "$" + (plain ? node.name : quote_name(node.name));
  }
  static std::string print(const Fetch& node) {
    std::string text = name(node.metric);
    for (const Name& host : node.hosts) text += " :" + name(host);
    for (const Name& one : node.instances) text += " #" + name(one);
    if (node.has_samples) text += fmt::format(" @{}", node.first_sample);
    if (node.last_sample != node.first_sample) {
      text += fmt::format("..{}", node.last_sample);
    }
    return text;
  }
  std::string print(const Unary& node) const {
    const char* blank = node.op == UnaryOp::negate ? "" : " ";
    return fmt::format("{}{}{}", text_of(node.op), blank,
                       expression(node.operand));
  }
  std::string print(const Binary& node) const {
    return fmt::format("{} {} {}", expression(node.left), text_of(node.op),
                       expression(node.right));
  }
  std::string print(const Relation& node) const {
    return fmt::format("{} {} {}", expression(node.left), text_of(node.op),
                       expression(node.right));
  }
  std::string print(const Logic& node) const {
    std::string text;
    for (const ExprId operand : node.operands) {
      if (!text.empty()) text += fmt::format(" {} ", text_of(node.op));
      text += expression(operand);
    }
    return text;
  }
  std::string print(const Held& node) const {
    return fmt::format("{} for {}", expression(node.condition),
                       expression(node.duration));
  }
  std::string print(const Aggregate& node) const {
    std::string text;
    if (node.op == Collapse::percent) text = fmt::format("{} ", node.percent);
    return fmt::format("{}{}_{} {}", text, text_of(node.op), text_of(node.over),
                       expression(node.operand));
  }
  std::string print(const MatchInst& node) const {
    return fmt::format("{}match_inst {} {}", node.exclude ? "no" : "",
                       quoted(node.pattern.text), expression(node.operand));
  }
  std::string print(const Call& node) const {
    std::string text;
    for (const ExprId argument : node.arguments) {
      if (!text.empty()) text += ", ";
      text += expression(argument);
    }
    return fmt::format("{}({})", node.function.text, text);
  }

  std::string hold_off(const std::optional<ExprId>& time) const {
    return time ? " " + expression(*time) : "";
  }
  std::string print(const TextAction& node) const {
    std::string text(text_of(node.keyword));
    text += hold_off(node.hold_off);
    for (const Name& one : node.strings) text += " " + quoted(one.text);
    return text;
  }
  std::string print(const PluginAction& node) const {
    std::string text = node.word.text + hold_off(node.hold_off);
    for (const Clause& one : node.clauses) text += " " + clause(one);
    return text;
  }
  std::string clause(const Clause& one) const {
    std::string text = one.word.text;
    if (one.order != Order::none) {
      text += one.order == Order::min ? " min" : " max";
    }
    if (const auto* id = std::get_if<ExprId>(&one.operand)) {
      return text + " " + expression(*id);
    }
    for (const Name& host : std::get<HostList>(one.operand).hosts) {
      text += " :" + name(host);
    }
    return text;
  }
  std::string print(const ActionChain& node) const {
    std::string text = action(node.parts.front());
    for (std::size_t i = 1; i < node.parts.size(); ++i) {
      text += node.links[i - 1] == Link::both ? " & " : " | ";
      text += action(node.parts[i]);
    }
    return text;
  }

  std::string print(const ExpressionBody& body) const {
    return expression(body.expression);
  }
  std::string print(const Rule& rule) const {
    return expression(rule.condition) + " -> " + action(rule.action);
  }
  std::string print(const Ruleset& body) const {
    std::string text = "ruleset ";
    for (const Rule& rule : body.rules) {
      if (&rule != &body.rules.front()) text += " else ";
      text += print(rule);
    }
    if (body.unknown) text += " unknown -> " + action(*body.unknown);
    if (body.otherwise) text += " otherwise -> " + action(*body.otherwise);
    return text;
  }
  std::string print(const BareAction& body) const {
    return action(body.action);
  }

  const File& file_;
};

}  // namespace

std::string print(const File& file) {
  std::string text;
  for (const Statement& one : file.statements) text += print(file, one);
  return text;
}

std::string print(const File& file, ExprId expression) {
  return Printer(file).expression(expression);
}

std::string print(const File& file, const Statement& statement) {
  return Printer(file).statement(statement);
}

std::string print_action(const File& file, ActionId action) {
  return Printer(file).action(action);
}

}  // namespace balance::lang
