#include "lang/dump_ast.h"

#include <fmt/format.h>

#include "lang/print.h"
#include "lang/spelling.h"

namespace balance::lang {
namespace {

class Dump {
 public:
  explicit Dump(const File& file) : file_(file) {}

  std::string run() {
    for (const Statement& one : file_.statements) {
      line(one.span, one.name ? fmt::format("statement `{}`", one.name->text)
                              : "statement");
      ++depth_;
      std::visit([&](const auto& body) { dump(body); }, one.body);
      --depth_;
    }
    return std::move(out_);
  }

 private:
  void line(const Span& span, std::string_view text) {
    out_ += fmt::format("{:{}}{}: {}\n", "", 2 * depth_, base::place_text(span),
                        text);
  }

  // ---- statements ----

  void dump(const ExpressionBody& body) { expression(body.expression); }
  void dump(const BareAction& body) { action(body.action); }
  void dump(const Rule& rule) {
    line(file_.at(rule.condition).span, "rule");
    ++depth_;
    expression(rule.condition);
    action(rule.action);
    --depth_;
  }
  void dump(const Ruleset& body) {
    line(file_.at(body.rules.front().condition).span, "ruleset");
    ++depth_;
    for (const Rule& rule : body.rules) dump(rule);
    if (body.unknown) last("unknown", *body.unknown);
    if (body.otherwise) last("otherwise", *body.otherwise);
    --depth_;
  }
  void last(std::string_view word, ActionId id) {
    line(file_.action(id).span, word);
    ++depth_;
    action(id);
    --depth_;
  }

  // ---- actions ----

  void action(ActionId id) {
    const Action& one = file_.action(id);
    std::visit([&](const auto& node) { dump(one.span, node); }, one.node);
  }
  void dump(const Span& span, const TextAction& node) {
    std::string text(text_of(node.keyword));
    for (const Name& one : node.strings) text += " " + quoted(one.text);
    line(span, text);
    hold_off(node.hold_off);
  }
  void dump(const Span& span, const PluginAction& node) {
    line(span, fmt::format("action {}", node.word.text));
    hold_off(node.hold_off);
    ++depth_;
    for (const Clause& one : node.clauses) clause(one);
    --depth_;
  }
  void dump(const Span& span, const ActionChain& node) {
    std::string links;
    for (const Link link : node.links)
      links += link == Link::both ? " &" : " |";
    line(span, "chain" + links);
    ++depth_;
    for (const ActionId part : node.parts) action(part);
    --depth_;
  }
  void hold_off(const std::optional<ExprId>& time) {
    if (!time) return;
    ++depth_;
    line(file_.at(*time).span, "hold-off");
    ++depth_;
    expression(*time);
    depth_ -= 2;
  }
  void clause(const Clause& one) {
    std::string text = "clause " + one.word.text;
    if (one.order != Order::none) {
      text += one.order == Order::min ? " min" : " max";
    }
    if (const auto* list = std::get_if<HostList>(&one.operand)) {
      for (const Name& host : list->hosts) text += " :" + host.text;
    }
    line(one.span, text);
    ++depth_;
    const auto* id = std::get_if<ExprId>(&one.operand);
    if (id != nullptr) expression(*id);
    --depth_;
  }

  // ---- expressions ----

  void expression(ExprId id) {
    const Expression& one = file_.at(id);
    const std::string text = std::visit(
        [&](const auto& node) { return describe(id, node); }, one.node);
    line(one.span, one.parenthesised ? "( " + text + " )" : text);
    ++depth_;
    std::visit([&](const auto& node) { operands(node); }, one.node);
    --depth_;
  }

  /// A leaf as it is printed, without its parentheses.
  std::string leaf(ExprId id) const {
    std::string text = print(file_, id);
    if (file_.at(id).parenthesised) text = text.substr(1, text.size() - 2);
    return text;
  }
  std::string describe(ExprId id, const Number&) const {
    return "number " + leaf(id);
  }
  std::string describe(ExprId id, const String&) const {
    return "string " + leaf(id);
  }
  std::string describe(ExprId id, const Truth&) const { return leaf(id); }
  std::string describe(ExprId id, const Variable&) const {
    return "name " + leaf(id);
  }
  std::string describe(ExprId id, const Fetch&) const {
    return "fetch " + leaf(id);
  }
  static std::string describe(ExprId, const Unary& node) {
    return std::string(text_of(node.op));
  }
  static std::string describe(ExprId, const Binary& node) {
    return std::string(text_of(node.op));
  }
  static std::string describe(ExprId, const Relation& node) {
    return std::string(text_of(node.op));
  }
  static std::string describe(ExprId, const Logic& node) {
    return std::string(text_of(node.op));
  }
  static std::string describe(ExprId, const Held&) { return "for"; }
  static std::string describe(ExprId, const Aggregate& node) {
    const std::string number =
        node.op == Collapse::percent ? fmt::format("{} ", node.percent) : "";
    return fmt::format("{}{}_{}", number, text_of(node.op), text_of(node.over));
  }
  static std::string describe(ExprId, const MatchInst& node) {
    return fmt::format("{} {}", node.exclude ? "nomatch_inst" : "match_inst",
                       quoted(node.pattern.text));
  }
  static std::string describe(ExprId, const Call& node) {
    return fmt::format("call {}", node.function.text);
  }

  void operands(const Unary& node) { expression(node.operand); }
  void operands(const Aggregate& node) { expression(node.operand); }
  void operands(const MatchInst& node) { expression(node.operand); }
  void operands(const Binary& node) { two(node.left, node.right); }
  void operands(const Relation& node) { two(node.left, node.right); }
  void operands(const Held& node) { two(node.condition, node.duration); }
  void operands(const Logic& node) { all(node.operands); }
  void operands(const Call& node) { all(node.arguments); }
  template <typename Leaf>
  void operands(const Leaf&) {}
  void two(ExprId left, ExprId right) {
    expression(left);
    expression(right);
  }
  void all(const std::vector<ExprId>& ids) {
    for (const ExprId id : ids) expression(id);
  }

  const File& file_;
  std::size_t depth_ = 0;
  std::string out_;
};

}  // namespace

std::string dump_ast(const File& file) {
  return Dump(file).run();
}

}  // namespace balance::lang
