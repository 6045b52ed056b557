#include "check/facts.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <regex.h>

#include "check/constants.h"
#include "check/functions.h"
#include "check/nearest.h"
#include "lang/spelling.h"

namespace balance::check {
namespace {

using lang::ExprId;
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

/// Of one file, after the earlier ones.
class FactsPass {
 public:
  FactsPass(Checked& checked, CheckedFile& file, base::Diagnostics& diagnostics)
      : checked_(checked), checked_file_(file), diagnostics_(diagnostics) {}

  void run() {
    const auto& expressions = checked_file_.file->expressions;
    checked_file_.facts.resize(expressions.size());
    for (at_ = 0; at_ < expressions.size(); ++at_) {
      checked_file_.facts[at_] = std::visit(
          [&](const auto& node) { return find(node); }, expressions[at_].node);
    }
  }

 private:
  const lang::Expression& expression(ExprId id) const {
    return checked_file_.file->at(id);
  }
  Facts& facts(ExprId id) { return checked_file_.facts[id]; }

  void error(std::string code, ExprId id, std::string message) {
    diagnostics_.error(std::move(code), expression(id).span,
                       std::move(message));
  }

  /// The operand of `who` must be of this type.
  void want(ExprId id, Kind type, std::string_view who) {
    const std::optional<Kind>& is = facts(id).type;
    if (!is || *is == type) return;
    error("C26", id,
          fmt::format("`{}` wants {} here, this is {}", who, name_of(type),
                      name_of(*is)));
  }

  /// Operators with state and aggregates work on columns, once for all.
  void want_no_sides(ExprId id, std::string_view who) {
    if (!facts(id).sided()) return;
    error("C10", id,
          fmt::format("`{}` is computed before there is a candidate: `my()` "
                      "and `target()` cannot stand in it, only around it",
                      who));
  }

  void add_hosts(const Facts& other, Facts& into) {
    if (into.hosts == other.hosts || other.single()) return;
    if (into.single() || (into.hosts.size() == 1 && other.hosts.size() > 1)) {
      into.hosts = other.hosts;
      return;
    }
    if (other.hosts.size() == 1) return;
    const std::set<Host> left(into.hosts.begin(), into.hosts.end());
    std::vector<Host> more;
    for (const Host host : other.hosts) {
      if (left.count(host) == 0) more.push_back(host);
    }
    const bool as_many = into.hosts.size() == other.hosts.size();
    if (as_many && more.size() == other.hosts.size()) {
      paired(into.hosts, other.hosts);
      return;
    }
    into.hosts.insert(into.hosts.end(), more.begin(), more.end());
  }

  /// As many hosts, and none in common: the result has the left names.
  void paired(const std::vector<Host>& left, const std::vector<Host>& right) {
    constexpr std::size_t kShown = 4;
    std::vector<std::string> pairs;
    for (std::size_t i = 0; i < std::min(left.size(), kShown); ++i) {
      pairs.push_back(fmt::format("{}–{}", checked_.hosts[left[i]],
                                  checked_.hosts[right[i]]));
    }
    if (left.size() > kShown) pairs.push_back("…");
    diagnostics_.warning(
        "W01", expression(at_).span,
        fmt::format("paired as written: {}", fmt::join(pairs, ", ")));
  }

  Facts joined(const std::vector<ExprId>& operands, Kind type) {
    Facts out;
    out.type = type;
    for (const ExprId id : operands) {
      const Facts& one = facts(id);
      if (!one.type) out.type.reset();
      add_hosts(one, out);
      out.instances = std::max(out.instances, one.instances);
      out.samples = std::max(out.samples, one.samples);
      out.my = out.my || one.my;
      out.target = out.target || one.target;
    }
    return out;
  }

  Facts like(ExprId id, Kind type) { return joined({id}, type); }

  Facts find(const lang::Number& node) {
    Facts out = of_type(Kind::number);
    out.constant = node;
    return out;
  }
  Facts find(const lang::String&) { return of_type(Kind::text); }
  Facts find(const lang::Truth&) { return of_type(Kind::truth); }

  Facts find(const lang::Variable& node) {
    const Definition* name = checked_file_.names[at_];
    if (name == nullptr) {
      return is_time_variable(node.name) ? of_type(Kind::number) : Facts{};
    }
    if (name->kind == Definition::Kind::macro) return of_type(Kind::text);
    return checked_.file_of(*name).facts[name->expression];
  }

  Facts find(const lang::Fetch& node) {
    Facts out = of_type(Kind::number);
    for (const lang::Name& host : node.hosts) {
      out.hosts.push_back(checked_.intern(host.text));
    }
    if (out.hosts.empty()) out.hosts.push_back(0);
    out.instances = Facts::Instances::open;
    if (node.instances.size() == 1) out.instances = Facts::Instances::none;
    if (node.instances.size() > 1) out.instances = Facts::Instances::some;
    if (node.has_samples) {
      out.samples = node.last_sample - node.first_sample + 1;
    }
    return out;
  }

  Facts find(const lang::Unary& node) {
    const std::string_view who = lang::text_of(node.op);
    const bool number = node.op == lang::UnaryOp::negate ||
                        node.op == lang::UnaryOp::rate ||
                        node.op == lang::UnaryOp::instant;
    const Kind type = number ? Kind::number : Kind::truth;
    want(node.operand, type, who);
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
    return out;
  }

  void two_readings(const lang::Unary& node) {
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

  Facts find(const lang::Binary& node) {
    const std::string_view who = lang::text_of(node.op);
    want(node.left, Kind::number, who);
    want(node.right, Kind::number, who);
    Facts out = joined({node.left, node.right}, Kind::number);
    const auto& left = facts(node.left).constant;
    const auto& right = facts(node.right).constant;
    if (left && right) out.constant = fold(node.op, *left, *right);
    return out;
  }

  /// A metric that is compared with a text must be a text.
  void become_text(ExprId id) {
    const auto& node = expression(id).node;
    const auto* call = std::get_if<lang::Call>(&node);
    if (std::holds_alternative<lang::Fetch>(node)) {
      facts(id).type = Kind::text;
    } else if (call != nullptr && call->arguments.size() == 1 &&
               facts(id).sided()) {
      become_text(call->arguments.front());
      facts(id).type = facts(call->arguments.front()).type;
    }
  }

  Facts find(const lang::Relation& node) {
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

  Facts find(const lang::Logic& node) {
    for (const ExprId id : node.operands) {
      want(id, Kind::truth, lang::text_of(node.op));
    }
    return joined(node.operands, Kind::truth);
  }

  Facts find(const lang::Held& node) {
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

  Facts find(const lang::Aggregate& node) {
    const std::string who = name_of(node);
    want(node.operand, takes_truths(node.op) ? Kind::truth : Kind::number, who);
    want_no_sides(node.operand, who);
    const bool truth =
        takes_truths(node.op) && node.op != lang::Collapse::count;
    if (node.op == lang::Collapse::percent && node.percent > 100) {
      error("C16", at_, "per cent must be 0 to 100");
    }
    Facts out = like(node.operand, truth ? Kind::truth : Kind::number);
    if (node.over == lang::Domain::sample) {
      out.samples = 1;
      return out;
    }
    if (out.single() && out.type && !out.sided()) {
      error("C26", node.operand,
            fmt::format("`{}` has nothing to collapse: this is a single value",
                        who));
    }
    out.instances = Facts::Instances::none;
    if (node.over == lang::Domain::host) out.hosts.clear();
    return out;
  }

  Facts find(const lang::MatchInst& node) {
    const std::string_view who = node.exclude ? "nomatch_inst" : "match_inst";
    want(node.operand, Kind::truth, who);
    want_no_sides(node.operand, who);
    regex_t compiled;
    const int failed =
        regcomp(&compiled, node.pattern.text.c_str(), REG_EXTENDED | REG_NOSUB);
    if (failed != 0) {
      char why[128];
      regerror(failed, &compiled, why, sizeof why);
      diagnostics_.error("C19", node.pattern.span,
                         fmt::format("illegal regular expression: {}", why));
    } else {
      regfree(&compiled);
    }
    return like(node.operand, Kind::truth);
  }

  Facts find(const lang::Call& node) {
    const FunctionSpec* spec = find_function(node.function.text);
    if (spec == nullptr) {
      diagnostics_.error(
          "C18", node.function.span,
          fmt::format("no function is called `{}`{}", node.function.text,
                      did_you_mean(node.function.text, function_names())));
      return {};
    }
    const std::size_t given = node.arguments.size();
    const bool fits =
        spec->or_more ? given >= spec->arguments : given == spec->arguments;
    if (!fits) {
      error("C18", at_,
            fmt::format("`{}` takes {} value{}{}, {} given", spec->name,
                        spec->arguments, spec->arguments == 1 ? "" : "s",
                        spec->or_more ? " or more" : "", given));
      return {};
    }
    return function(*spec, node.arguments);
  }

  Facts function(const FunctionSpec& spec, const std::vector<ExprId>& given) {
    switch (spec.function) {
      case Function::my:
      case Function::target:
        return side(spec, given.front());
      case Function::known:
        return like(given.front(), Kind::truth);
      case Function::fallback:
        if (const auto type = facts(given[0]).type) {
          want(given[1], *type, spec.name);
        }
        return joined(given, facts(given[0]).type.value_or(Kind::number));
      case Function::latch:
        for (const ExprId id : given) {
          want(id, Kind::truth, spec.name);
          want_no_sides(id, spec.name);
        }
        return joined(given, Kind::truth);
      default:
        for (const ExprId id : given) want(id, Kind::number, spec.name);
        return joined(given, Kind::number);
    }
  }

  Facts side(const FunctionSpec& spec, ExprId given) {
    const Facts& inner = facts(given);
    if (inner.sided()) {
      error("C13", given,
            fmt::format("sides do not nest: `{}` already says `{}(`",
                        one_line(expression(given).span),
                        inner.target ? "target" : "my"));
    }
    Facts out;
    out.type = inner.type;
    out.my = spec.function == Function::my;
    out.target = spec.function == Function::target;
    return out;
  }

  Checked& checked_;
  CheckedFile& checked_file_;
  base::Diagnostics& diagnostics_;
  ExprId at_ = 0;
};

}  // namespace

void find_facts(Checked& checked, base::Diagnostics& diagnostics) {
  for (CheckedFile& file : checked.files) {
    FactsPass(checked, file, diagnostics).run();
  }
}

}  // namespace balance::check
