// Expressions. Their tokens are in builder_tokens.cpp, what surrounds them is
// in builder_statement.cpp.
#include "lang/builder.h"

#include <algorithm>
#include <type_traits>

#include <fmt/format.h>

#include "lang/spelling.h"
#include "lang/units.h"

namespace balance::lang {
namespace {

Domain domain_of(std::string_view text) {
  if (text.ends_with("host")) return Domain::host;
  return text.ends_with("inst") ? Domain::inst : Domain::sample;
}

Collapse collapse_of(std::string_view text) {
  constexpr std::pair<std::string_view, Collapse> kOps[] = {
      {"all_", Collapse::all},   {"some_", Collapse::some},
      {"%_", Collapse::percent}, {"sum_", Collapse::sum},
      {"avg_", Collapse::avg},   {"max_", Collapse::max},
      {"min_", Collapse::min}};
  for (const auto& [prefix, op] : kOps) {
    if (text.starts_with(prefix)) return op;
  }
  return Collapse::count;
}

std::optional<UnaryOp> unary_of(std::string_view text) {
  if (text == "-") return UnaryOp::negate;
  if (text == "!") return UnaryOp::negation;
  if (text == "rising") return UnaryOp::rising;
  if (text == "falling") return UnaryOp::falling;
  if (text == "rate") return UnaryOp::rate;
  if (text == "instant") return UnaryOp::instant;
  return std::nullopt;
}

RelationOp relation_of(std::string_view text) {
  if (text == "<") return RelationOp::less;
  if (text == "<=") return RelationOp::less_equal;
  if (text == ">") return RelationOp::greater;
  if (text == ">=") return RelationOp::greater_equal;
  return text == "==" ? RelationOp::equal : RelationOp::unequal;
}

BinaryOp binary_of(std::string_view text) {
  if (text == "+") return BinaryOp::add;
  if (text == "-") return BinaryOp::subtract;
  return text == "*" ? BinaryOp::multiply : BinaryOp::divide;
}

/// What pmie computes when it reads it. Aggregates, rates and edges of
/// constants it does not.
template <typename Node>
bool is_constant(const File& file, const Node& node) {
  const auto constant = [&](ExprId id) { return file.at(id).constant; };
  if constexpr (std::is_same_v<Node, Number> || std::is_same_v<Node, String> ||
                std::is_same_v<Node, Truth>) {
    return true;
  } else if constexpr (std::is_same_v<Node, Unary>) {
    const bool folds = node.op == UnaryOp::negate ||
                       node.op == UnaryOp::negation ||
                       node.op == UnaryOp::instant;
    return folds && constant(node.operand);
  } else if constexpr (std::is_same_v<Node, Binary> ||
                       std::is_same_v<Node, Relation>) {
    return constant(node.left) && constant(node.right);
  } else if constexpr (std::is_same_v<Node, Logic>) {
    return std::all_of(node.operands.begin(), node.operands.end(), constant);
  } else {
    return false;
  }
}

}  // namespace

void Builder::fail(std::string code, Extent at, std::string message) {
  throw BuildError{std::move(code), at.begin, at.end, std::move(message)};
}

bool Builder::ends_in_truth() const {
  return !expressions_.empty() &&
         file_.at(expressions_.back().id).kind == Kind::truth;
}

bool Builder::truth_just_read() const {
  if (body_) {
    const auto* body = std::get_if<ExpressionBody>(&*body_);
    return body != nullptr && file_.at(body->expression).kind == Kind::truth;
  }
  return ends_in_truth() && expressions_.back().outer.end == last_end_;
}

template <typename Node>
void Builder::push(Node node, Extent at, Kind kind, std::uint32_t deepest) {
  if (deepest >= kMaxDepth) {
    fail("C22", at,
         fmt::format("an expression is nested deeper than {}", kMaxDepth));
  }
  Expression expression;
  expression.span = span(at);
  expression.kind = kind;
  expression.depth = deepest + 1;
  expression.constant = is_constant(file_, node);
  expression.node = std::move(node);
  file_.expressions.push_back(std::move(expression));
  expressions_.push_back(
      {static_cast<ExprId>(file_.expressions.size() - 1), at});
}

void Builder::push_number(Extent at) {
  push(std::move(number_), at, Kind::number, 0);
}

void Builder::string_value() {
  const Extent at = strings_.back().second;
  push(String{take_string().text}, at, Kind::text, 0);
}

void Builder::truth(bool value, Extent at) {
  token(at);
  push(Truth{value}, at, Kind::truth, 0);
}

void Builder::variable(std::string_view text, Extent at) {
  token(at);
  std::string name = read_name(text.substr(1));
  const auto found = names_.find(name);
  const bool known = found != names_.end();
  push(Variable{std::move(name)}, at, known ? found->second.kind : Kind::number,
       0);
  file_.expressions.back().constant = known && found->second.constant;
}

void Builder::host(Extent at) {
  if (fetch_.hosts.size() == kMaxHosts) {
    fail("C22", at, fmt::format("more than {} hosts", kMaxHosts));
  }
  fetch_.hosts.push_back(take_name());
}

void Builder::instance() {
  fetch_.instances.push_back(take_name());
}

void Builder::sample(std::string_view text, Extent at) {
  token(at);
  constexpr double kMost = 1e6;
  if (number_.written > kMost) {
    fail("C16", at,
         fmt::format("`{}` is too many samples: at most {}", text, kMost));
  }
  samples_.push_back(static_cast<std::uint32_t>(number_.written));
}

void Builder::fetch() {
  const Extent at{names_read_.back().second.begin, last_end_};
  fetch_.metric = take_name();
  if (!samples_.empty()) {
    const auto [low, high] =
        std::minmax_element(samples_.begin(), samples_.end());
    fetch_.has_samples = true;
    fetch_.first_sample = *low;
    fetch_.last_sample = *high;
  }
  push(std::exchange(fetch_, {}), at, Kind::number, 0);
  samples_.clear();
}

void Builder::taken(std::string_view text, Extent at) {
  const bool unit = find_unit(text).has_value();
  std::string_view what = unit ? "a unit" : "a word of the language";
  if (find_keyword(text)) what = "the begin of an action";
  fail(unit ? "C24" : "P01", at,
       fmt::format("`{0}` is {1}; a metric of that name is written '{0}'", text,
                   what));
}

void Builder::group(std::size_t begin) {
  Item& item = expressions_.back();
  item.outer = {begin, last_end_};
  file_.expressions[item.id].parenthesised = true;
}

void Builder::operation(std::string_view text, Extent at) {
  token(at);
  operations_.push_back({std::string(text), at, 0, {}});
}

void Builder::percent_operation() {
  Operation& operation = operations_.back();
  operation.text = "%_" + operation.text;
  operation.percent = number_.written;
  operation.at.begin = number_at_.begin;
}

void Builder::match_pattern() {
  operations_.back().pattern = take_string();
}

void Builder::prefixed() {
  const Item item = take_item();
  Operation operation = take_operation();
  const Extent at{operation.at.begin, item.outer.end};
  const std::uint32_t deep = depth_of(item.id);
  if (const auto op = unary_of(operation.text)) {
    const bool number = *op == UnaryOp::negate || *op == UnaryOp::rate ||
                        *op == UnaryOp::instant;
    push(Unary{*op, item.id}, at, number ? Kind::number : Kind::truth, deep);
    return;
  }
  if (operation.text.ends_with("match_inst")) {
    push(MatchInst{operation.text.starts_with("no"),
                   std::move(operation.pattern), item.id},
         at, Kind::truth, deep);
    return;
  }
  const Collapse op = collapse_of(operation.text);
  const bool truth =
      op == Collapse::all || op == Collapse::some || op == Collapse::percent;
  push(Aggregate{op, domain_of(operation.text), operation.percent, item.id}, at,
       truth ? Kind::truth : Kind::number, deep);
}

void Builder::binary() {
  const Item right = take_item();
  const Item left = take_item();
  push(Binary{binary_of(take_operation().text), left.id, right.id},
       {left.outer.begin, right.outer.end}, Kind::number,
       std::max(depth_of(left.id), depth_of(right.id)));
}

void Builder::relation() {
  const Item right = take_item();
  const Item left = take_item();
  push(Relation{relation_of(take_operation().text), left.id, right.id},
       {left.outer.begin, right.outer.end}, Kind::truth,
       std::max(depth_of(left.id), depth_of(right.id)));
}

void Builder::held() {
  const Item time = take_item();
  const Item condition = take_item();
  push(Held{condition.id, time.id}, {condition.outer.begin, time.outer.end},
       Kind::truth, std::max(depth_of(condition.id), depth_of(time.id)));
}

void Builder::push_logic(std::vector<Item> operands, LogicOp op) {
  Logic node{op, {}};
  std::uint32_t deepest = 0;
  for (const Item& item : operands) {
    node.operands.push_back(item.id);
    deepest = std::max(deepest, depth_of(item.id));
  }
  push(std::move(node),
       {operands.front().outer.begin, operands.back().outer.end}, Kind::truth,
       deepest);
}

/// A whole `a && b || c`: operands since the mark, one operator between each.
void Builder::chain() {
  const std::size_t mark = marks_.back();
  marks_.pop_back();
  const std::vector<Item> items(
      expressions_.begin() + static_cast<std::ptrdiff_t>(mark),
      expressions_.end());
  if (items.size() < 2) return;
  expressions_.resize(mark);
  const std::size_t first = operations_.size() - (items.size() - 1);
  std::vector<Item> run{items[0]};
  for (std::size_t i = 1; i < items.size(); ++i) {
    const std::string& text = operations_[first + i - 1].text;
    run.push_back(items[i]);
    const bool ends =
        i + 1 == items.size() || operations_[first + i].text != text;
    if (!ends) continue;
    push_logic(std::move(run), text == "&&" ? LogicOp::both : LogicOp::either);
    run.clear();
    run.push_back(take_item());
  }
  operations_.resize(first);
  expressions_.push_back(run.front());
}

void Builder::begin_call() {
  Operation operation;
  operation.pattern = take_name();
  operations_.push_back(std::move(operation));
  marks_.push_back(expressions_.size());
}

void Builder::call(std::size_t begin) {
  const std::size_t mark = marks_.back();
  marks_.pop_back();
  Call node{take_operation().pattern, {}};
  std::uint32_t deepest = 0;
  for (std::size_t i = mark; i < expressions_.size(); ++i) {
    node.arguments.push_back(expressions_[i].id);
    deepest = std::max(deepest, depth_of(expressions_[i].id));
  }
  expressions_.resize(mark);
  const std::string& name = node.function.text;
  Kind kind = Kind::number;
  if (name == "known" || name == "latch") kind = Kind::truth;
  const bool passes = name == "my" || name == "target" || name == "default";
  if (passes && !node.arguments.empty()) {
    kind = file_.at(node.arguments.front()).kind;
  }
  push(std::move(node), {begin, last_end_}, kind, deepest);
}

}  // namespace balance::lang
