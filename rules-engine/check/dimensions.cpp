#include "check/dimensions.h"

#include <array>
#include <cstdlib>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/overloaded.h"
#include "check/functions.h"
#include "check/walk.h"

namespace balance::check {
namespace {

using lang::Dimension;
using lang::ExprId;

/// What a number measures.
struct Units {
  enum class State {
    unknown,
    plain,  ///< a number without units: fits everything
    known
  };
  State state = State::unknown;
  Dimension dimension;

  bool known() const { return state == State::known; }
};
constexpr Units kPlain{Units::State::plain, {}};

Units measured(const Dimension& dimension) {
  return {Units::State::known, dimension};
}

Units product(const Units& left, const Units& right, int sign) {
  const bool unknown = left.state == Units::State::unknown ||
                       right.state == Units::State::unknown;
  if (unknown) return {};
  if (!left.known() && !right.known()) return kPlain;
  return measured({left.dimension.space + sign * right.dimension.space,
                   left.dimension.time + sign * right.dimension.time,
                   left.dimension.count + sign * right.dimension.count});
}

bool differ(const Units& left, const Units& right) {
  return left.known() && right.known() &&
         (left.dimension.space != right.dimension.space ||
          left.dimension.time != right.dimension.time);
}

/// `instant` changes what is below it, also through names: so each expression
/// may have two answers.
class Dimensions {
 public:
  Dimensions(Checked& checked, bool strict, base::Diagnostics& diagnostics)
      : checked_(checked), strict_(strict), diagnostics_(diagnostics) {
    for (const CheckedFile& file : checked.files) {
      answers_[&file].resize(file.file->expressions.size());
      in_clauses_[&file].resize(file.file->expressions.size());
      mark_clauses(file);
    }
  }

  void run() {
    for (CheckedFile& file : checked_.files) {
      // From the roots down: what stands below `instant` is asked only so.
      for (std::size_t id = file.facts.size(); id-- > 0;) {
        const auto& answers = answers_[&file][id];
        if (!answers[0] && !answers[1])
          of(file, static_cast<ExprId>(id), false);
      }
      for (std::size_t id = 0; id < file.facts.size(); ++id) {
        const auto& answers = answers_[&file][id];
        const auto& answer = answers[0] ? answers[0] : answers[1];
        if (answer->known()) file.facts[id].dimension = answer->dimension;
      }
    }
  }

 private:
  /// What has a value only in clauses: their operands, and templates.
  void mark_clauses(const CheckedFile& file) {
    std::vector<bool>& marks = in_clauses_[&file];
    const auto mark = [&](ExprId root) {
      for_each_below(*file.file, root, [&](ExprId id) { marks[id] = true; });
    };
    const auto clauses = [&](lang::ActionId id) {
      const auto* plugin =
          std::get_if<lang::PluginAction>(&file.file->action(id).node);
      if (plugin == nullptr) return;
      for (const lang::Clause& clause : plugin->clauses)
        if (const auto* root = std::get_if<ExprId>(&clause.operand))
          mark(*root);
    };
    for (const lang::Statement& statement : file.file->statements) {
      for_each_part(
          *file.file, statement,
          [&](ExprId root) {
            if (file.facts_of(root).sided()) mark(root);
          },
          clauses);
    }
  }

  const Units& of(const CheckedFile& file, ExprId id, bool instant) {
    auto& answer = answers_[&file][id][instant ? 1 : 0];
    if (!answer) {
      const Units units = std::visit(
          [&](const auto& node) { return find(file, id, node, instant); },
          file.file->at(id).node);
      answer = units;
    }
    return *answer;
  }

  Units find(const CheckedFile&, ExprId, const lang::Number& node, bool) {
    return node.has_units() ? measured(node.dimension) : kPlain;
  }

  Units find(const CheckedFile& file, ExprId id, const lang::Fetch&,
             bool instant) {
    const auto& metric = file.metrics[id];
    if (!metric || metric->kind != MetricFacts::Kind::number ||
        !metric->measured)
      return {};
    Dimension dimension = metric->dimension;
    if (metric->counter && !instant) --dimension.time;
    return measured(dimension);
  }

  Units find(const CheckedFile& file, ExprId id, const lang::Variable& node,
             bool instant) {
    const Definition* name = file.names[id];
    if (name != nullptr) {
      return of(checked_.file_of(*name), name->expression, instant);
    }
    return node.name == "delta" ? measured({0, 1, 0}) : kPlain;
  }

  Units find(const CheckedFile& file, ExprId, const lang::Unary& node,
             bool instant) {
    const bool now = instant || node.op == lang::UnaryOp::instant;
    Units out = of(file, node.operand, now);
    if (node.op == lang::UnaryOp::rate && out.known()) --out.dimension.time;
    return out;
  }

  Units find(const CheckedFile& file, ExprId, const lang::Binary& node,
             bool instant) {
    const Units left = of(file, node.left, instant);
    const Units right = of(file, node.right, instant);
    if (node.op == lang::BinaryOp::multiply) return product(left, right, 1);
    if (node.op == lang::BinaryOp::divide) return product(left, right, -1);
    return agreed(file, {node.left, node.right}, instant);
  }

  Units find(const CheckedFile& file, ExprId, const lang::Relation& node,
             bool instant) {
    agreed(file, {node.left, node.right}, instant);
    return {};
  }

  Units find(const CheckedFile& file, ExprId, const lang::Aggregate& node,
             bool instant) {
    const Units operand = of(file, node.operand, instant);
    return node.op == lang::Collapse::count ? measured({0, 0, 1}) : operand;
  }

  Units find(const CheckedFile& file, ExprId, const lang::Logic& node,
             bool instant) {
    for (const ExprId operand : node.operands) of(file, operand, instant);
    return {};
  }
  Units find(const CheckedFile& file, ExprId, const lang::Held& node,
             bool instant) {
    of(file, node.condition, instant);
    return {};
  }
  Units find(const CheckedFile& file, ExprId, const lang::MatchInst& node,
             bool instant) {
    return of(file, node.operand, instant);
  }
  Units find(const CheckedFile&, ExprId, const lang::String&, bool) {
    return {};
  }
  Units find(const CheckedFile&, ExprId, const lang::Truth&, bool) {
    return {};
  }

  Units find(const CheckedFile& file, ExprId, const lang::Call& node,
             bool instant) {
    const std::vector<ExprId>& given = node.arguments;
    for (const ExprId argument : given) of(file, argument, instant);
    const FunctionSpec* spec = find_function(node.function.text);
    if (spec == nullptr || given.empty()) return {};
    switch (spec->function) {
      case Function::my:
      case Function::target:
      case Function::floor:
      case Function::ceiling:
      case Function::absolute:
        return of(file, given.front(), instant);
      case Function::least:
      case Function::greatest:
      case Function::fallback:
        return agreed(file, given, instant);
      default:
        return {};
    }
  }

  /// Of operands that must measure the same.
  Units agreed(const CheckedFile& file, const std::vector<ExprId>& operands,
               bool instant) {
    const ExprId* first = nullptr;
    for (const ExprId& operand : operands) {
      const Units units = of(file, operand, instant);
      if (!units.known()) continue;
      if (first == nullptr) {
        first = &operand;
      } else if (differ(of(file, *first, instant), units)) {
        report(file, *first, operand, instant);
        return {};
      }
    }
    if (first != nullptr) return of(file, *first, instant);
    for (const ExprId operand : operands) {
      if (of(file, operand, instant).state == Units::State::unknown) return {};
    }
    return kPlain;
  }

  void report(const CheckedFile& file, ExprId left, ExprId right,
              bool instant) {
    if (!told_.insert({&file, right}).second) return;
    const lang::Span& span = file.file->at(right).span;
    std::string text = fmt::format(
        "`{}` is in {}, `{}` is in {}", one_line(file.file->at(left).span),
        text_of(of(file, left, instant).dimension), one_line(span),
        text_of(of(file, right, instant).dimension));
    if (strict_ || in_clauses_[&file][right]) {
      diagnostics_.error("M01", span, std::move(text));
    } else {
      diagnostics_.warning("M01", span, std::move(text));
    }
  }

  Checked& checked_;
  bool strict_;
  base::Diagnostics& diagnostics_;
  std::set<std::pair<const CheckedFile*, ExprId>> told_;
  std::map<const CheckedFile*, std::vector<bool>> in_clauses_;
  std::map<const CheckedFile*, std::vector<std::array<std::optional<Units>, 2>>>
      answers_;
};

}  // namespace

void find_dimensions(Checked& checked, bool strict,
                     base::Diagnostics& diagnostics) {
  Dimensions(checked, strict, diagnostics).run();
}

std::string text_of(const lang::Dimension& dimension) {
  struct Part {
    const char* unit;
    int exponent;
  };
  const Part parts[] = {{"byte", dimension.space},
                        {"sec", dimension.time},
                        {"count", dimension.count}};
  std::string above;
  std::string below;
  for (const Part& part : parts) {
    if (part.exponent == 0) continue;
    const int power = std::abs(part.exponent);
    std::string text =
        power == 1 ? part.unit : fmt::format("{}^{}", part.unit, power);
    if (part.exponent > 0) {
      above += (above.empty() ? "" : " ") + text;
    } else {
      below += " / " + text;
    }
  }
  if (above.empty() && below.empty()) return "no unit";
  return above.empty() ? "1" + below : above + below;
}

}  // namespace balance::check
