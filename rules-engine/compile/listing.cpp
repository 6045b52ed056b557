#include "compile/listing.h"

#include <cmath>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/overloaded.h"
#include "compile/binding.h"
#include "lang/print.h"
#include "lang/spelling.h"

namespace balance {
namespace {

/// Names that stand for names can make of a page more than memory holds.
constexpr std::size_t kLong = 16 * 1024;

/// All digits of whole numbers; of others those that arithmetic left exact.
std::string number_text(double x) {
  constexpr double kWhole = 9007199254740992;
  if (x == std::trunc(x) && std::fabs(x) < kWhole)
    return fmt::format("{:.0f}", x);
  return fmt::format("{:.15g}", x);
}

/// One statement, or a part of one.
class Lister {
 public:
  Lister(const check::Checked& checked, const check::CheckedFile& file)
      : checked_(checked), file_(file) {}

  ListingParts statement(const lang::Statement& written) {
    std::visit([this](const auto& body) { print(body); }, written.body);
    return std::move(out_);
  }
  ListingParts only(const Node& node) {
    expression(node);
    return std::move(out_);
  }

 private:
  void text(std::string_view more) {
    if (out_.empty() || out_.back().kind != ListingPart::Kind::text)
      out_.emplace_back();
    out_.back().text += more;
    size_ += more.size();
  }
  void within(const Node& node) {
    text("(");
    expression(node);
    text(")");
  }
  /// Beside an operator.
  void operand(const Node& node) {
    stands_alone(node) ? expression(node) : within(node);
  }

  /// What a name stands for, unless that became too long.
  Node meaning(Node node) const {
    while (size_ < kLong) {
      const auto next = node.meaning(checked_);
      if (!next) break;
      node = *next;
    }
    return node;
  }

  bool is_leaf(const Node& named) const {
    const Node node = meaning(named);
    const auto& one = node.expression().node;
    return node.facts().constant || std::holds_alternative<lang::Fetch>(one) ||
           std::holds_alternative<lang::Variable>(one) ||
           std::holds_alternative<lang::String>(one) ||
           std::holds_alternative<lang::Truth>(one);
  }
  bool stands_alone(const Node& named) const {
    const Node node = meaning(named);
    if (is_leaf(node)) return true;
    const auto& one = node.expression().node;
    if (const auto* unary = std::get_if<lang::Unary>(&one))
      return unary->op == lang::UnaryOp::rate ||
             unary->op == lang::UnaryOp::instant;
    if (const auto* aggregate = std::get_if<lang::Aggregate>(&one))
      return aggregate->op != lang::Collapse::all &&
             aggregate->op != lang::Collapse::some &&
             aggregate->op != lang::Collapse::percent;
    return std::holds_alternative<lang::Call>(one);
  }

  void expression(const Node& named) {
    const Node node = meaning(named);
    if (const auto& constant = node.facts().constant)
      return text(number_text(constant->value));
    std::visit([&](const auto& one) { print(node, one); },
               node.expression().node);
  }

  void print(const Node&, const lang::Number& one) {
    text(number_text(one.value));
  }
  void print(const Node&, const lang::String& one) {
    text(lang::quoted(one.text));
  }
  void print(const Node&, const lang::Truth& one) {
    text(one.value ? "true" : "false");
  }
  void print(const Node&, const lang::Variable& one) {
    text('$' + listing_name(one.name));
  }
  void print(const Node&, const lang::Fetch& one) {
    using Kind = ListingPart::Kind;
    text(one.metric.text);
    const std::string first = one.hosts.empty() ? "" : one.hosts.front().text;
    if (one.hosts.empty()) out_.push_back({Kind::host, "", ""});
    for (const lang::Name& host : one.hosts)
      out_.push_back({Kind::host, "", host.text});
    for (const lang::Name& instance : one.instances)
      text(" #" + listing_name(instance.text));
    if (one.instances.empty())
      out_.push_back({Kind::instances, one.metric.text, first});
    if (one.last_sample == 0) return;
    text(fmt::format(" @{}", one.first_sample));
    if (one.last_sample != one.first_sample)
      text(fmt::format("..{}", one.last_sample));
  }
  void print(const Node& node, const lang::Unary& one) {
    text(fmt::format("{} ", lang::text_of(one.op)));
    within(node.at(one.operand));
  }
  void print(const Node& node, const lang::Binary& one) {
    infix(node, lang::text_of(one.op), {one.left, one.right});
  }
  void print(const Node& node, const lang::Relation& one) {
    infix(node, lang::text_of(one.op), {one.left, one.right});
  }
  void print(const Node& node, const lang::Logic& one) {
    infix(node, lang::text_of(one.op), one.operands);
  }
  /// `((a && b) && c) && d`.
  void infix(const Node& node, std::string_view op,
             const std::vector<lang::ExprId>& operands) {
    text(std::string(operands.size() - 2, '('));
    operand(node.at(operands.front()));
    for (std::size_t i = 1; i < operands.size(); ++i) {
      text(fmt::format(" {} ", op));
      operand(node.at(operands[i]));
      if (i + 1 < operands.size()) text(")");
    }
  }
  void print(const Node& node, const lang::Held& one) {
    operand(node.at(one.condition));
    text(fmt::format(" for {} sec", seconds(node.at(one.duration))));
  }
  void print(const Node& node, const lang::Aggregate& one) {
    const Node operand = node.at(one.operand);
    const std::string_view over = lang::text_of(one.over);
    if (one.op != lang::Collapse::percent) {
      text(fmt::format("{}_{} ", lang::text_of(one.op), over));
      return within(operand);
    }
    text(fmt::format("pcnt_{} {}% ", over, one.percent));
    is_leaf(operand) ? expression(operand) : within(operand);
  }
  void print(const Node& node, const lang::MatchInst& one) {
    text(fmt::format("{}match_inst {} ", one.exclude ? "no" : "",
                     lang::quoted(one.pattern.text)));
    within(node.at(one.operand));
  }
  void print(const Node& node, const lang::Call& one) {
    text(one.function.text + '(');
    for (std::size_t i = 0; i < one.arguments.size(); ++i) {
      if (i > 0) text(", ");
      expression(node.at(one.arguments[i]));
    }
    text(")");
  }

  static double seconds(const Node& node) {
    return node.facts().constant->value;
  }

  void action(lang::ActionId id) {
    std::visit(
        base::Overloaded{[&](const lang::TextAction& one) { print(one); },
                         [&](const lang::ActionChain& one) { print(one); },
                         [&](const lang::PluginAction&) {
                           text(lang::print_action(*file_.file, id));
                         }},
        file_.file->action(id).node);
  }
  void print(const lang::TextAction& one) {
    text(lang::text_of(one.keyword));
    if (one.hold_off)
      text(fmt::format(" {}", seconds({&file_, *one.hold_off})));
    for (const lang::Name& each : one.strings)
      text(' ' + lang::quoted(each.text));
  }
  /// `((a) & (b)) | (c)`.
  void print(const lang::ActionChain& one) {
    text(std::string(one.links.size(), '('));
    action(one.parts.front());
    text(")");
    for (std::size_t i = 0; i < one.links.size(); ++i) {
      text(one.links[i] == lang::Link::both ? " & (" : " | (");
      action(one.parts[i + 1]);
      text(i + 1 < one.links.size() ? "))" : ")");
    }
  }

  void print(const lang::ExpressionBody& body) {
    expression({&file_, body.expression});
  }
  void print(const lang::Rule& rule) {
    expression({&file_, rule.condition});
    text(" -> ");
    action(rule.action);
  }
  void print(const lang::Ruleset& body) {
    text("ruleset ");
    for (const lang::Rule& rule : body.rules) {
      if (&rule != &body.rules.front()) text(" else ");
      print(rule);
    }
    if (body.unknown) text(" unknown -> "), action(*body.unknown);
    if (body.otherwise) text(" otherwise -> "), action(*body.otherwise);
  }
  void print(const lang::BareAction& body) { action(body.action); }

  const check::Checked& checked_;
  const check::CheckedFile& file_;
  ListingParts out_;
  std::size_t size_ = 0;
};

/// The condition that gives a statement its bindings.
std::optional<Node> condition_of(const check::CheckedFile& file,
                                 const lang::Statement& written) {
  using Out = std::optional<Node>;
  return std::visit(
      base::Overloaded{[&](const lang::ExpressionBody& one) {
                         return Out({&file, one.expression});
                       },
                       [&](const lang::Rule& one) {
                         return Out({&file, one.condition});
                       },
                       [&](const lang::Ruleset& one) {
                         return Out({&file, one.rules.front().condition});
                       },
                       [&](const lang::BareAction&) { return Out(); }},
      written.body);
}

}  // namespace

std::vector<Listed> list_rules(const check::Checked& checked) {
  std::vector<Listed> out;
  Bindings bindings(checked);
  for (const check::CheckedFile& file : checked.files)
    for (std::size_t i = 0; i < file.labels.size(); ++i) {
      if (file.labels[i].empty()) continue;
      const lang::Statement& written = file.file->statements[i];
      Listed listed{
          file.labels[i], Lister(checked, file).statement(written), {}};
      const auto condition = condition_of(file, written);
      const auto value = condition ? bindings.value_of(*condition)
                                   : std::optional<ValueNode>();
      listed.about = value
                         ? Lister(checked, *value->node.file).only(value->node)
                         : listed.rule;
      out.push_back(std::move(listed));
    }
  return out;
}

}  // namespace balance
