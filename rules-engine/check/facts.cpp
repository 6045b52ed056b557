#include "check/facts.h"

#include <fmt/format.h>
#include <regex.h>

#include "check/constants.h"
#include "check/facts_pass.h"
#include "lang/spelling.h"

namespace balance::check {
namespace {

using lang::Kind;

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

std::string name_of(const lang::Aggregate& node) {
  return fmt::format("{}_{}", lang::text_of(node.op), lang::text_of(node.over));
}

bool takes_truths(lang::Collapse op) {
  return op == lang::Collapse::all || op == lang::Collapse::some ||
         op == lang::Collapse::percent || op == lang::Collapse::count;
}

Facts of_type(Kind type) {
  Facts out;
  out.type = type;
  return out;
}

}  // namespace

void FactsPass::run() {
  const auto& expressions = file_.file->expressions;
  file_.facts.resize(expressions.size());
  for (at_ = 0; at_ < expressions.size(); ++at_) {
    file_.facts[at_] = std::visit([&](const auto& node) { return find(node); },
                                  expressions[at_].node);
  }
}

void FactsPass::error(std::string code, ExprId id, std::string message) {
  diagnostics_.error(std::move(code), expression(id).span, std::move(message));
}

void FactsPass::warning(std::string code, ExprId id, std::string message) {
  diagnostics_.warning(std::move(code), expression(id).span,
                       std::move(message));
}

bool FactsPass::want(ExprId id, Kind type, std::string_view who) {
  const std::optional<Kind>& is = facts(id).type;
  if (!is || *is == type) return true;
  error(facts(id).of_metric ? "M02" : "C26", id,
        fmt::format("`{}` wants {} here, this is {}", who, name_of(type),
                    name_of(*is)));
  return false;
}

void FactsPass::want_no_sides(ExprId id, std::string_view who) {
  if (!facts(id).sided()) return;
  error("C10", id,
        fmt::format("`{}` is computed before there is a candidate: `my()` "
                    "and `target()` cannot stand in it, only around it",
                    who));
}

Facts FactsPass::find(const lang::Number& node) {
  if (!node.replaced.empty()) {
    warning("W12", at_,
            fmt::format("a number has one unit of a kind: `{}` is overridden",
                        node.replaced));
  }
  Facts out = of_type(Kind::number);
  out.constant = node;
  return out;
}

Facts FactsPass::find(const lang::String&) {
  return of_type(Kind::text);
}

Facts FactsPass::find(const lang::Truth&) {
  return of_type(Kind::truth);
}

Facts FactsPass::find(const lang::Variable& node) {
  const Definition* name = file_.names[at_];
  if (name == nullptr) {
    return is_time_variable(node.name) ? of_type(Kind::number) : Facts{};
  }
  if (name->kind == Definition::Kind::macro) return of_type(Kind::text);
  return checked_.file_of(*name).facts[name->expression];
}

Facts FactsPass::find(const lang::Fetch& node) {
  Facts out = of_type(Kind::number);
  for (const lang::Name& host : node.hosts) {
    out.hosts.push_back(checked_.intern(host.text));
  }
  if (out.hosts.empty()) out.hosts.push_back(0);
  out.instances = Facts::Instances::open;
  if (node.instances.size() == 1) out.instances = Facts::Instances::none;
  if (node.instances.size() > 1) out.instances = Facts::Instances::some;
  if (const auto& metric = file_.metrics[at_]) {
    out.of_metric = true;
    if (metric->kind == MetricFacts::Kind::text) out.type = Kind::text;
    if (metric->kind == MetricFacts::Kind::other) out.type.reset();
    if (!metric->instances) out.instances = Facts::Instances::none;
    if (node.instances.empty()) out.width = metric->width;
  }
  if (node.last_sample > lang::kMaxSamples) {
    error("C16", at_,
          fmt::format("`@` reaches back {} samples at the most",
                      lang::kMaxSamples));
  } else if (node.has_samples) {
    out.samples = node.last_sample - node.first_sample + 1;
    // All are held; how many instances there are may be known.
    const std::uint64_t width = std::max<std::uint32_t>(out.width, 1);
    if (width * (node.last_sample + 1) > lang::kMaxWindow) {
      error("C16", at_,
            fmt::format("{} samples of {} instances: a window may hold {} "
                        "values",
                        node.last_sample + 1, width, lang::kMaxWindow));
    }
  }
  return out;
}

Facts FactsPass::find(const lang::Unary& node) {
  const std::string_view who = lang::text_of(node.op);
  const bool number = node.op == lang::UnaryOp::negate ||
                      node.op == lang::UnaryOp::rate ||
                      node.op == lang::UnaryOp::instant;
  const Kind type = number ? Kind::number : Kind::truth;
  const bool fits = want(node.operand, type, who);
  const bool state = node.op == lang::UnaryOp::rising ||
                     node.op == lang::UnaryOp::falling ||
                     node.op == lang::UnaryOp::rate;
  if (state) want_no_sides(node.operand, who);
  if (node.op == lang::UnaryOp::negation) two_readings(node);
  Facts out = like(node.operand, type);
  const auto& constant = facts(node.operand).constant;
  if (node.op == lang::UnaryOp::negate && constant) {
    out.constant = negated(*constant);
  }
  if (!fits) out.type.reset();
  return out;
}

void FactsPass::two_readings(const lang::Unary& node) {
  const lang::Expression& operand = expression(node.operand);
  const auto* held = std::get_if<lang::Held>(&operand.node);
  if (held == nullptr || operand.parenthesised) return;
  const std::string condition = one_line(expression(held->condition).span);
  const std::string time = one_line(expression(held->duration).span);
  error("C07", at_,
        fmt::format("two readings: `(! {0}) for {1}` (not once in that time) "
                    "or `! ({0} for {1})`; write one",
                    condition, time));
}

Facts FactsPass::find(const lang::Binary& node) {
  const std::string_view who = lang::text_of(node.op);
  const bool left_fits = want(node.left, Kind::number, who);
  const bool right_fits = want(node.right, Kind::number, who);
  Facts out = joined({node.left, node.right}, Kind::number);
  if (!left_fits || !right_fits) out.type.reset();
  const auto& left = facts(node.left).constant;
  const auto& right = facts(node.right).constant;
  if (left && right) out.constant = fold(node.op, *left, *right);
  return out;
}

void FactsPass::become_text(ExprId id) {
  const auto& node = expression(id).node;
  const auto* call = std::get_if<lang::Call>(&node);
  if (std::holds_alternative<lang::Fetch>(node)) {
    const auto& metric = file_.metrics[id];
    if (!metric || metric->kind == MetricFacts::Kind::unknown)
      facts(id).type = Kind::text;
  } else if (call != nullptr && call->arguments.size() == 1 &&
             facts(id).sided()) {
    become_text(call->arguments.front());
    facts(id).type = facts(call->arguments.front()).type;
  }
}

Facts FactsPass::find(const lang::Relation& node) {
  const bool order = node.op != lang::RelationOp::equal &&
                     node.op != lang::RelationOp::unequal;
  const auto text = [&](ExprId id) { return facts(id).type == Kind::text; };
  if (!order && text(node.left)) become_text(node.right);
  if (!order && text(node.right)) become_text(node.left);
  const Kind type = !order && (text(node.left) || text(node.right))
                        ? Kind::text
                        : Kind::number;
  want(node.left, type, lang::text_of(node.op));
  want(node.right, type, lang::text_of(node.op));
  return joined({node.left, node.right}, Kind::truth);
}

Facts FactsPass::find(const lang::Logic& node) {
  for (const ExprId id : node.operands) {
    want(id, Kind::truth, lang::text_of(node.op));
  }
  return joined(node.operands, Kind::truth);
}

Facts FactsPass::find(const lang::Held& node) {
  want(node.condition, Kind::truth, "for");
  want_no_sides(node.condition, "for");
  const auto& time = facts(node.duration).constant;
  if (!time || !is_time(*time)) {
    if (facts(node.duration).type) {
      error("C04", node.duration, "`for` wants a time: 60 sec, 60 min?");
    }
  } else if (!(time->value > 0)) {
    error("C16", node.duration, "the time of `for` must be above 0");
  }
  return like(node.condition, Kind::truth);
}

Facts FactsPass::find(const lang::Aggregate& node) {
  const std::string who = name_of(node);
  const Kind wanted = takes_truths(node.op) ? Kind::truth : Kind::number;
  const bool fits = want(node.operand, wanted, who);
  want_no_sides(node.operand, who);
  const bool truth = takes_truths(node.op) && node.op != lang::Collapse::count;
  if (node.op == lang::Collapse::percent && node.percent > 100) {
    error("C16", at_, "per cent must be 0 to 100");
  }
  Facts out = like(node.operand, truth ? Kind::truth : Kind::number);
  if (!fits) out.type.reset();
  if (node.over == lang::Domain::sample) {
    out.samples = 1;
    return out;
  }
  if (out.single() && out.type && !out.sided()) {
    const std::string text = fmt::format(
        "`{}` has nothing to collapse: this is a single value", who);
    if (node.over == lang::Domain::host) {
      error("C26", node.operand, text);
    } else {
      warning("W11", node.operand, text);
    }
  }
  out.instances = Facts::Instances::none;
  out.width = 0;
  if (node.over == lang::Domain::host) out.hosts.clear();
  return out;
}

Facts FactsPass::find(const lang::MatchInst& node) {
  const std::string_view who = node.exclude ? "nomatch_inst" : "match_inst";
  want(node.operand, Kind::truth, who);
  want_no_sides(node.operand, who);
  check_pattern(node.pattern);
  return like(node.operand, Kind::truth);
}

void FactsPass::check_pattern(const lang::Name& pattern) {
  regex_t compiled;
  const int failed =
      regcomp(&compiled, pattern.text.c_str(), REG_EXTENDED | REG_NOSUB);
  if (failed != 0) {
    char why[128];
    regerror(failed, &compiled, why, sizeof why);
    diagnostics_.error("C19", pattern.span,
                       fmt::format("illegal regular expression: {}", why));
  } else {
    regfree(&compiled);
  }
}

void find_facts(Checked& checked, base::Diagnostics& diagnostics) {
  for (CheckedFile& file : checked.files) {
    FactsPass(checked, file, diagnostics).run();
  }
}

}  // namespace balance::check
