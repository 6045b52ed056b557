#include "testing/rule_gen.h"

#include <utility>

#include <fmt/format.h>

#include "testing/expression_gen.h"

namespace balance::testing {
namespace {

Term other(std::string text) {
  return {Term::Kind::other, {std::move(text)}, {}};
}

class Generator {
 public:
  Generator(Dice& dice, const RuleLimits& limits)
      : dice_(dice), limits_(limits), expressions_(dice, limits.depth) {}

  RuleFile run() {
    RuleFile out;
    const std::size_t n = 1 + dice_.below(limits_.statements);
    for (std::size_t i = 0; i < n; ++i) out.statements.push_back(statement());
    return out;
  }

 private:
  Term statement() {
    switch (dice_.below(10)) {
      case 9:
        return other(dice_.of(
            {std::string("delta = 10 sec"), std::string("delta = 5 sec")}));
      case 8:
      case 7:
        return named_ruleset();
      case 6:
      case 5:
        return named_rule();
      default:
        return named_value();
    }
  }

  std::string fresh_name() { return fmt::format("n{}", ++names_made_); }

  /// Sometimes none: the program numbers it.
  std::string maybe_name() {
    return dice_.one_in(4) ? "" : fresh_name() + " = ";
  }

  Term named_value() {
    Made made =
        dice_.below(2) == 0 ? expressions_.truth() : expressions_.number();
    if (dice_.one_in(5))
      return {Term::Kind::other, {"", ""}, {std::move(made.term)}};
    const std::string name = fresh_name();
    expressions_.define(name, made);
    return {Term::Kind::other, {name + " = ", ""}, {std::move(made.term)}};
  }

  Term rule() {
    return {Term::Kind::other,
            {"", " -> ", ""},
            {expressions_.condition(), actions(2)}};
  }

  Term named_rule() {
    return {Term::Kind::other, {maybe_name(), ""}, {rule()}};
  }

  Term named_ruleset() {
    Term out{Term::Kind::other, {maybe_name() + "ruleset ", ""}, {rule()}};
    const auto add = [&out](const std::string& word, Term part) {
      out.pieces.back() = word;
      out.pieces.emplace_back("");
      out.parts.push_back(std::move(part));
    };
    while (dice_.one_in(2) && out.parts.size() < 4) add(" else ", rule());
    if (dice_.one_in(2)) add(" unknown -> ", actions(1));
    if (dice_.one_in(2)) add(" otherwise -> ", actions(1));
    return out;
  }

  Term actions(std::size_t depth) {
    if (depth > 0 && dice_.one_in(4)) {
      const std::string link = dice_.of({" & ", " | "});
      return {Term::Kind::other,
              {"(", link, ")"},
              {actions(depth - 1), actions(depth - 1)}};
    }
    const std::string hold = dice_.of({"", "", "10 sec ", "20 sec ", "1 min "});
    const std::string word = dice_.of({"print ", "print ", "syslog "});
    const std::string text =
        dice_.of({"\"%v \"", "\"fired\"", "\"%h:%i=%v \"",
                  "\"a \" \"%i \" \"b\"", "\"%h %c %% %x\""});
    return other(word + hold + text);
  }

  Dice& dice_;
  RuleLimits limits_;
  ExpressionGen expressions_;
  std::size_t names_made_ = 0;
};

}  // namespace

const std::vector<MetricKind>& generated_metrics() {
  static const std::vector<MetricKind> kMetrics = {
      {"load", false, false}, {"cpu", true, false},       {"disk", true, false},
      {"ticks", true, false}, {"bytes.in", false, false}, {"sent", true, false},
      {"drift", true, false}, {"gone", false, false},     {"name", false, true},
      {"mode", true, true}};
  return kMetrics;
}

const std::vector<std::string>& generated_hosts() {
  static const std::vector<std::string> kHosts = {"h1", "h2", "h3", "h4"};
  return kHosts;
}

const std::vector<std::string>& generated_instances() {
  static const std::vector<std::string> kInstances = {
      "000001", "000002", "sda", "sdb", "000001/tcp/a", "000003 sh"};
  return kInstances;
}

const std::vector<std::string>& generated_texts() {
  static const std::vector<std::string> kTexts = {"on", "off", ""};
  return kTexts;
}

RuleFile generate_rules(Dice& dice, const RuleLimits& limits) {
  return Generator(dice, limits).run();
}

}  // namespace balance::testing
