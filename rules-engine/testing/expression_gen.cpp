#include "testing/expression_gen.h"

#include <algorithm>

#include <fmt/format.h>

#include "testing/rule_gen.h"

namespace balance::testing {
namespace {

Shape joined(const Shape& a, const Shape& b) {
  return {std::max(a.hosts, b.hosts), std::max(a.instances, b.instances),
          a.window || b.window};
}

Term literal(std::string text) {
  return {Term::Kind::number, {std::move(text)}, {}};
}
Term other(std::string text) {
  return {Term::Kind::other, {std::move(text)}, {}};
}

/// "(a OP b)".
Made both_sides(Term::Kind kind, Made a, const std::string& op, Made b) {
  const Shape shape = joined(a.shape, b.shape);
  return {{kind,
           {"(", fmt::format(" {} ", op), ")"},
           {std::move(a.term), std::move(b.term)}},
          shape};
}

/// "(WORD a)".
Made prefixed(Term::Kind kind, const std::string& word, Made a) {
  const Shape shape = a.shape;
  return {{kind, {fmt::format("({} ", word), ")"}, {std::move(a.term)}}, shape};
}

Made call(Term::Kind kind, const std::string& name,
          std::vector<Made> arguments) {
  Made out{{kind, {name + "("}, {}}, {}};
  for (Made& each : arguments) {
    if (!out.term.parts.empty()) out.term.pieces.emplace_back(", ");
    out.shape = joined(out.shape, each.shape);
    out.term.parts.push_back(std::move(each.term));
  }
  out.term.pieces.emplace_back(")");
  return out;
}

/// A `$` in a literal would be a macro.
std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '$') out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

Term ExpressionGen::condition() {
  Made made = truth(depth_);
  if (made.shape.window)
    made = prefixed(Term::Kind::truth, quantifier("sample"), made);
  made.shape.window = false;
  if (!made.shape.one_value() || (!made.shape.single() && dice_.one_in(2)))
    made = prefixed(Term::Kind::truth,
                    quantifier(made.shape.hosts > 1 ? "host" : "inst"), made);
  return std::move(made.term);
}

// ---- truths ----

Made ExpressionGen::prefixed_by(const std::vector<std::string>& words,
                                Made made) {
  const Term::Kind kind = made.term.kind;
  return prefixed(kind, dice_.of(words), std::move(made));
}

std::string ExpressionGen::quantifier(const std::string& domain) {
  static const std::vector<std::string> kWords = {"some_",  "all_", "50%_",
                                                  "34.5%_", "0%_",  "100%_"};
  return dice_.of(kWords) + domain;
}

Made ExpressionGen::truth(std::size_t depth) {
  if (depth == 0 || dice_.one_in(12)) return plain_truth(depth);
  switch (dice_.below(12)) {
    case 11:
      return prefixed_by({"rising", "falling"}, truth(depth - 1));
    case 10:
      return held(depth);
    case 9:
      return prefixed(Term::Kind::truth, "!", truth(depth - 1));
    case 8:
    case 7:
      return quantified(depth);
    case 6:
      return matched(depth);
    case 5:
    case 4:
      return logic(depth);
    case 3:
      return truth_function(depth);
    case 2:
      if (auto made = named(Term::Kind::truth)) return *made;
      return relation(depth);
    default:
      return relation(depth);
  }
}

Made ExpressionGen::plain_truth(std::size_t depth) {
  if (auto made = dice_.one_in(3) ? named(Term::Kind::truth) : std::nullopt)
    return *made;
  if (dice_.one_in(4))
    return {{Term::Kind::truth, {dice_.of({"true", "false"})}, {}}, {}};
  return relation(depth);
}

Made ExpressionGen::relation(std::size_t depth) {
  if (dice_.one_in(6)) return text_relation();
  const std::string op = dice_.of({">", "<", ">=", "<=", "==", "!="});
  const bool simple = depth <= 1 || dice_.one_in(3);
  Made left = simple ? fetch() : arithmetic(depth - 1);
  Made right = simple ? constant() : arithmetic(depth - 1);
  return both_sides(Term::Kind::truth, std::move(left), op, std::move(right));
}

Made ExpressionGen::text_relation() {
  // A number is no text: it has no value then.
  std::vector<MetricKind> texts;
  for (const MetricKind& each : generated_metrics())
    if (each.text || dice_.one_in(8)) texts.push_back(each);
  Made metric = fetch_of(dice_.of(texts));
  const std::string text = fmt::format("\"{}\"", dice_.of(generated_texts()));
  Made literal{other(text), {}};
  const std::string op = dice_.of({"==", "!="});
  if (dice_.one_in(3)) std::swap(metric, literal);
  return both_sides(Term::Kind::truth, std::move(metric), op,
                    std::move(literal));
}

Made ExpressionGen::held(std::size_t depth) {
  Made made = truth(depth - 1);
  made.term = {
      Term::Kind::truth,
      {"((", fmt::format(") for {})", dice_.of({"10 sec", "5 sec", "15 sec",
                                                "7 sec", "1 min"}))},
      {std::move(made.term)}};
  return made;
}

Made ExpressionGen::quantified(std::size_t depth) {
  return collapsed(
      truth(depth - 1), Term::Kind::truth,
      [this](const std::string& domain) { return quantifier(domain); });
}

/// Over a dimension that `made` has; as it is if it has none.
template <class Word>
Made ExpressionGen::collapsed(Made made, Term::Kind kind, Word word) {
  Shape shape = made.shape;
  std::vector<std::string> domains;
  if (shape.window) domains.emplace_back("sample");
  if (!shape.single()) domains.emplace_back("inst");
  if (!shape.single()) domains.emplace_back("host");
  if (domains.empty()) {
    // What it is made of must not change its kind.
    if (kind == made.term.kind) return made;
    return {literal("1"), {}};
  }
  const std::string domain = dice_.of(domains);
  Made out = prefixed(kind, word(domain), std::move(made));
  if (domain == "sample") {
    out.shape.window = false;
    return out;
  }
  out.shape.instances = Shape::none;
  if (domain == "host") out.shape.hosts = 0;
  return out;
}

Made ExpressionGen::matched(std::size_t depth) {
  const std::string word = dice_.of({"match_inst", "nomatch_inst"});
  const std::string pattern =
      dice_.of({"1", "^001", "sd[ab]", "tcp", "b$", ".*"});
  return prefixed(Term::Kind::truth,
                  fmt::format("{} \"{}\"", word, escaped(pattern)),
                  truth(depth - 1));
}

Made ExpressionGen::logic(std::size_t depth) {
  const std::string op = dice_.of({"&&", "||"});
  Made out = truth(depth - 1);
  out.term = {Term::Kind::truth, {"(", ")"}, {std::move(out.term)}};
  const std::size_t more = 1 + dice_.below(2);
  for (std::size_t i = 0; i < more; ++i) {
    Made next = truth(depth - 1);
    out.shape = joined(out.shape, next.shape);
    out.term.pieces.back() = fmt::format(" {} ", op);
    out.term.pieces.emplace_back(")");
    out.term.parts.push_back(std::move(next.term));
  }
  return out;
}

Made ExpressionGen::truth_function(std::size_t depth) {
  switch (dice_.below(3)) {
    case 0:
      return call(Term::Kind::truth, "latch",
                  {truth(depth - 1), truth(depth - 1)});
    case 1:
      return call(Term::Kind::truth, "default",
                  {truth(depth - 1), truth(depth - 1)});
    default:
      return call(Term::Kind::truth, "known",
                  {dice_.one_in(2) ? truth(depth - 1) : arithmetic(depth - 1)});
  }
}

// ---- numbers ----

Made ExpressionGen::arithmetic(std::size_t depth) {
  if (depth == 0) return dice_.one_in(4) ? constant() : fetch();
  switch (dice_.below(12)) {
    case 11:
    case 10:
    case 9: {
      Made left = arithmetic(depth - 1);
      const std::string op = dice_.of({"+", "-", "*", "/"});
      return both_sides(Term::Kind::number, std::move(left), op,
                        arithmetic(depth - 1));
    }
    case 8:
    case 7:
      return aggregate(depth);
    case 6:
      return prefixed_by({"-", "rate", "instant"}, arithmetic(depth - 1));
    case 5:
      return number_function(depth);
    case 4:
      if (auto made = named(Term::Kind::number)) return *made;
      return constant();
    case 3:
      return dice_.one_in(3) ? time_variable() : constant();
    default:
      return fetch();
  }
}

Made ExpressionGen::aggregate(std::size_t depth) {
  if (dice_.one_in(3))
    return collapsed(truth(depth - 1), Term::Kind::number,
                     [](const std::string& d) { return "count_" + d; });
  return collapsed(arithmetic(depth - 1), Term::Kind::number,
                   [this](const std::string& d) {
                     return dice_.of({"sum_", "avg_", "min_", "max_"}) + d;
                   });
}

Made ExpressionGen::number_function(std::size_t depth) {
  static const std::vector<std::string> kOne = {"abs", "floor", "ceil", "exp",
                                                "log"};
  static const std::vector<std::string> kTwo = {"default", "least", "greatest",
                                                "pow"};
  if (dice_.one_in(3)) {
    const std::string& name = dice_.of(kOne);
    return call(Term::Kind::number, name, {arithmetic(depth - 1)});
  }
  std::vector<Made> arguments = {arithmetic(depth - 1), arithmetic(depth - 1)};
  const std::string& name = dice_.of(kTwo);
  if ((name == "least" || name == "greatest") && dice_.one_in(3))
    arguments.push_back(arithmetic(depth - 1));
  return call(Term::Kind::number, name, std::move(arguments));
}

std::optional<Made> ExpressionGen::named(Term::Kind kind) {
  std::vector<Name> fitting;
  for (const Name& each : names_)
    if (each.kind == kind) fitting.push_back(each);
  if (fitting.empty()) return std::nullopt;
  const Name& one = dice_.of(fitting);
  return Made{{kind, {"$" + one.name}, {}}, one.shape};
}

Made ExpressionGen::constant() {
  return {literal(dice_.of({"1", "0", "2", "0.5", "3 sec", "1 Kbyte", "1e300",
                            "100", "0.1"})),
          {}};
}

Made ExpressionGen::time_variable() {
  return {literal(dice_.of({"$minute", "$hour", "$day", "$month", "$year",
                            "$day_of_week", "$delta"})),
          {}};
}

Made ExpressionGen::fetch() {
  return fetch_of(dice_.of(generated_metrics()));
}

Made ExpressionGen::fetch_of(const MetricKind& metric) {
  Made out{{Term::Kind::number, {""}, {}}, {1, Shape::open, false}};
  std::string text = metric.name;
  if (dice_.one_in(2)) hosts(text, out.shape);
  // Of a metric without instances several would be one and the same.
  if (dice_.one_in(4))
    instances(text, out.shape, metric.instances ? 1 + dice_.below(3) : 1);
  if (dice_.one_in(5)) samples(text, out.shape);
  out.term.pieces = {text};
  return out;
}

void ExpressionGen::hosts(std::string& text, Shape& shape) {
  std::vector<std::string> left = generated_hosts();
  shape.hosts = 1 + dice_.below(3);
  for (std::size_t i = 0; i < shape.hosts; ++i) {
    const std::size_t at = dice_.below(left.size());
    text += " :" + left[at];
    left.erase(left.begin() + static_cast<std::ptrdiff_t>(at));
  }
}

void ExpressionGen::instances(std::string& text, Shape& shape, std::size_t n) {
  std::vector<std::string> left = generated_instances();
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t at = dice_.below(left.size());
    text += fmt::format(" #'{}'", left[at]);
    left.erase(left.begin() + static_cast<std::ptrdiff_t>(at));
  }
  shape.instances = n == 1 ? Shape::none : Shape::some;
}

void ExpressionGen::samples(std::string& text, Shape& shape) {
  const std::size_t first = dice_.below(3);
  if (dice_.one_in(2)) {
    text += fmt::format(" @{}", first);
    return;
  }
  text += fmt::format(" @{}..{}", first, first + window_ - 1);
  shape.window = true;
}

}  // namespace balance::testing
