#include "check/operands.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "check/constants.h"
#include "check/logic.h"
#include "check/nearest.h"
#include "check/place.h"

namespace balance::check {
namespace {

using lang::ExprId;
using lang::Kind;

/// Numbers whose range the engine knows; of others only: not negative.
struct Range {
  std::string_view word;
  double least;
  double most;
};
constexpr std::array<Range, 4> kRanges = {{{"pick", 1, HUGE_VAL},
                                           {"limit", 1, HUGE_VAL},
                                           {"inflight", 1, HUGE_VAL},
                                           {"slack", 0, 100}}};

class OperandPass {
 public:
  OperandPass(const CheckedFile& file, const BoundClause& bound,
              base::Diagnostics& diagnostics)
      : file_(file), bound_(bound), diagnostics_(diagnostics) {}

  void run() {
    order();
    if (const ExprId* id = expression()) check_logic(file_, *id, diagnostics_);
    switch (bound_.spec->operand) {
      case OperandKind::number:
        if (const ExprId* id = want_expression("a number")) number(*id);
        return;
      case OperandKind::time:
        if (const ExprId* id = want_expression("a time")) time(*id);
        return;
      case OperandKind::rate:
        if (const ExprId* id = want_expression("a number")) rate(*id);
        return;
      case OperandKind::boolean:
        if (const ExprId* id = want_expression("true or false")) {
          if (typed(*id, Kind::truth)) sides(*id);
        }
        return;
      case OperandKind::column:
        if (const ExprId* id = want_expression("a number")) column(*id);
        return;
      case OperandKind::place:
        place();
        return;
      case OperandKind::hosts:
        hosts();
        return;
      case OperandKind::metric:
        metric();
        return;
      case OperandKind::word:
        word();
        return;
      case OperandKind::text:
        if (const ExprId* id = want_expression("a text")) {
          typed(*id, Kind::text);
        }
        return;
    }
  }

 private:
  const std::string& name() const { return bound_.spec->word; }
  const Facts& facts(ExprId id) const { return file_.facts_of(id); }
  const ExprId* expression() const {
    return std::get_if<ExprId>(&bound_.clause->operand);
  }
  lang::Span span(ExprId id) const { return file_.file->at(id).span; }

  lang::Span operand_span() const {
    if (const ExprId* id = expression()) return span(*id);
    const auto& list = std::get<lang::HostList>(bound_.clause->operand);
    return base::join(list.hosts.front().span, list.hosts.back().span);
  }

  void error(std::string code, const lang::Span& at, std::string message) {
    diagnostics_.error(std::move(code), at, std::move(message));
  }

  void wants(std::string code, std::string_view what) {
    error(std::move(code), operand_span(),
          fmt::format("`{}` wants {}", name(), what));
  }

  const ExprId* want_expression(std::string_view what) {
    const ExprId* id = expression();
    if (id == nullptr) wants("C26", what);
    return id;
  }

  void order() {
    const bool ranks = bound_.spec->operand == OperandKind::column ||
                       bound_.spec->operand == OperandKind::place;
    if (bound_.clause->order == lang::Order::none || ranks) return;
    error("C26", bound_.clause->order_span,
          fmt::format("`{}` ranks nothing: no `{}` here", name(),
                      one_line(bound_.clause->order_span)));
  }

  bool typed(ExprId id, Kind type) {
    const std::optional<Kind>& is = facts(id).type;
    if (!is) return false;
    if (*is == type) return true;
    const char* code = facts(id).of_metric ? "M02" : "C26";
    wants(code, type == Kind::number  ? "a number"
                : type == Kind::truth ? "a condition: true or false"
                                      : "a text in quotes");
    return false;
  }

  void range(ExprId id) {
    const auto& constant = facts(id).constant;
    if (!constant) return;
    Range allowed{name(), 0, HUGE_VAL};
    for (const Range& one : kRanges) {
      if (one.word == name()) allowed = one;
    }
    const double x = constant->value;
    if (std::isfinite(x) && x >= allowed.least && x <= allowed.most) return;
    error("C16", span(id),
          allowed.most == HUGE_VAL
              ? fmt::format("`{}` must be {:g} or more", name(), allowed.least)
              : fmt::format("`{}` must be {:g} to {:g}", name(), allowed.least,
                            allowed.most));
  }

  void number(ExprId id) {
    if (!typed(id, Kind::number)) return;
    sides(id);
    range(id);
  }

  void time(ExprId id) {
    if (!typed(id, Kind::number)) return;
    const auto& constant = facts(id).constant;
    if (constant && !is_time(*constant)) {
      wants("C04", "a time: 60 sec, 60 min?");
      return;
    }
    sides(id);
    range(id);
  }

  void rate(ExprId id) {
    if (!typed(id, Kind::number)) return;
    const auto& constant = facts(id).constant;
    if (constant && !is_per_time(*constant) && !is_plain(*constant)) {
      wants("C05", "a number or a number per time: 4 / sec");
      return;
    }
    sides(id);
    if (!constant || !is_per_time(*constant)) range(id);
  }

  void column(ExprId id) {
    if (!typed(id, Kind::number)) return;
    const Facts& is = facts(id);
    if (name() == "by" && bound_.spec->parent == "pick" && is.single() &&
        !is.my) {
      error("C12", span(id),
            fmt::format("`by` must rank processes; `{}` is one value{}",
                        one_line(span(id)), is.target ? " of a node" : ""));
      return;
    }
    sides(id);
  }

  /// Only the sides that the clause knows.
  void sides(ExprId id) {
    const unsigned allowed = bound_.spec->sides;
    const Facts& is = facts(id);
    if (is.target && (allowed & kTarget) == 0) no_target(id);
    if (is.my && (allowed & kMy) == 0) {
      error("C10", part_that(file_, id, [](const Facts& f) { return f.my; }),
            fmt::format("`my()` has no meaning in `{}`", name()));
    }
    if (is.single() || (allowed & kBare) != 0) return;
    const lang::Span at =
        part_that(file_, id, [](const Facts& f) { return !f.single(); });
    if (allowed == 0) {
      error("C26", at,
            fmt::format("`{}` wants one value; `{}` has one for each host",
                        name(), one_line(at)));
      return;
    }
    error("C09", at,
          fmt::format("whose `{}`? Write my(…) or target(…)", one_line(at)));
  }

  void no_target(ExprId id) {
    const lang::Span at =
        part_that(file_, id, [](const Facts& f) { return f.target; });
    const std::string& parent = bound_.spec->parent;
    if (parent == "pick" && name() == "where") {
      error("C11", at,
            "no target is known in `pick`; put this `where` after `to`");
      return;
    }
    error("C11", at,
          fmt::format("no target is known in `{}`",
                      parent.empty() ? name() : parent));
  }

  void place() {
    const ExprId* id = expression();
    if (id == nullptr) return;
    const auto* fetch = std::get_if<lang::Fetch>(&file_.file->at(*id).node);
    const bool plain = bound_.clause->order == lang::Order::none;
    if (fetch != nullptr && fetch->is_word() && plain) {
      const std::string& text = fetch->metric.text;
      if (text == "home" || text == "best") return;
      wants("C26", "home, best, hosts (:node1), or the min or max of a value" +
                       did_you_mean(text, {"home", "best"}));
      return;
    }
    if (!typed(*id, Kind::number)) return;
    if (!is_short_place(*file_.file, bound_)) sides(*id);
  }

  void hosts() {
    const ExprId* id = expression();
    if (id == nullptr) return;
    if (name() != "among") {
      wants("C26", "hosts: :node1 :node2");
      return;
    }
    const auto* fetch = std::get_if<lang::Fetch>(&file_.file->at(*id).node);
    if (fetch == nullptr || !fetch->is_word()) {
      wants("C26",
            "hosts (:node1 :node2), or a metric whose instances are nodes");
    }
  }

  void metric() {
    const ExprId* id = want_expression("a metric");
    if (id == nullptr) return;
    const auto* fetch = std::get_if<lang::Fetch>(&file_.file->at(*id).node);
    if (fetch == nullptr || !fetch->is_word()) {
      wants("C26", "a metric, without hosts");
    }
  }

  void word() {
    static const std::vector<std::string> kKeys = {
        "rule", "source", "target", "process", "user", "cluster"};
    const ExprId* id = want_expression("a word");
    if (id == nullptr) return;
    const auto* fetch = std::get_if<lang::Fetch>(&file_.file->at(*id).node);
    if (fetch == nullptr || !fetch->is_word()) {
      wants("C26", "a word");
      return;
    }
    const std::string& text = fetch->metric.text;
    const bool known =
        std::find(kKeys.begin(), kKeys.end(), text) != kKeys.end();
    if (name() != "each" || known) return;
    wants("C26", fmt::format("one of {}{}", fmt::join(kKeys, ", "),
                             did_you_mean(text, kKeys)));
  }

  const CheckedFile& file_;
  const BoundClause& bound_;
  base::Diagnostics& diagnostics_;
};

}  // namespace

void check_operand(const CheckedFile& file, const BoundClause& bound,
                   base::Diagnostics& diagnostics) {
  OperandPass(file, bound, diagnostics).run();
}

}  // namespace balance::check
