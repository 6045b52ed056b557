#include "rule_test/judge.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/overloaded.h"
#include "base/text.h"
#include "lang/spelling.h"
#include "rule_test/words.h"

namespace balance {
namespace {

/// One element of a value.
struct Shown {
  std::string place;
  Value value;
};

std::vector<Shown> elements_of(const Column& column, const Program& program) {
  std::vector<Shown> out;
  const Index& index = *column.index;
  const bool set =
      std::any_of(index.keys.begin(), index.keys.end(),
                  [](const Key& key) { return key.has_instance(); });
  for (std::size_t i = 0; i < column.size(); ++i) {
    const Key& key = index.keys[i];
    const Value value = element(column, i * column.samples);
    if (set && !value.known()) continue;
    std::string place;
    if (key.host != kNoHost) place = program.hosts[key.host];
    if (key.has_instance())
      place += fmt::format("#{}", first_word(index.names[i]));
    out.push_back({std::move(place), value});
  }
  return out;
}

/// Finer than what pmie prints.
std::string text_of(double number) {
  return fmt::format("{:.6g}", number);
}

/// As tests write it.
std::string text_of(const Value& value) {
  if (!value.known()) return value.type == Type::truth ? "unknown" : "?";
  if (value.type == Type::text) return lang::quoted(*value.text);
  return value.type == Type::number ? text_of(value.number)
                                    : std::string(to_string(value.truth));
}

/// A number in any form, a text or a word, in the form of text_of().
std::string normal(const std::string& written) {
  if (const auto number = base::to_number<double>(written))
    return text_of(*number);
  std::string_view rest = written;
  if (const auto text = take_quoted(rest)) return lang::quoted(*text);
  return written;
}

std::string pair_text(const std::string& place, const std::string& value) {
  return place.empty() ? value : fmt::format("{}={}", place, value);
}

std::string value_line(const std::string& name,
                       const std::vector<std::string>& elements) {
  return fmt::format("value {} :{}{}", name, elements.empty() ? "" : " ",
                     fmt::join(elements, " "));
}

std::vector<std::string> texts_of(const std::vector<Shown>& shown) {
  std::vector<std::string> out;
  for (const Shown& each : shown)
    out.push_back(pair_text(each.place, text_of(each.value)));
  return out;
}

bool same(std::vector<std::string> a, std::vector<std::string> b) {
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  return a == b;
}

class Judge {
 public:
  Judge(const std::vector<const Expectation*>& expected,
        const Happened& happened, const Stage& stage)
      : expected_(expected), happened_(happened), stage_(stage) {}

  std::vector<Difference> run() {
    moves();
    for (const Expectation* each : expected_)
      std::visit(base::Overloaded{
                     [&](const SkipWanted& wanted) { skip(*each, wanted); },
                     [&](const ValueWanted& wanted) { value(*each, wanted); },
                     [&](const TruthWanted& wanted) { truth(*each, wanted); },
                     [](const auto&) {}},
                 each->wanted);
    texts();
    return std::move(differences_);
  }

 private:
  void differ(const Expectation& about, std::vector<std::string> got,
              bool explain = false) {
    differences_.push_back(
        {about.offset, {about.written}, std::move(got), explain});
  }

  static std::string line_of(const Happened::Move& move) {
    return fmt::format("move {} {} {} -> {}", move.rule, move.process,
                       move.from, move.to);
  }

  static bool is_met(const MoveWanted& wanted, const Happened::Move& got) {
    const auto& to = wanted.to;
    return wanted.rule == got.rule && wanted.process == got.process &&
           wanted.from == got.from &&
           std::find(to.begin(), to.end(), got.to) != to.end();
  }

  /// All moves, and in this order.
  void moves() {
    std::vector<std::string> wanted_lines, got_lines;
    std::size_t met = 0;
    const Expectation* about = nullptr;
    for (const Expectation* each : expected_) {
      const auto* wanted = std::get_if<MoveWanted>(&each->wanted);
      const bool none = std::holds_alternative<NoMoveWanted>(each->wanted);
      if (wanted == nullptr && !none) continue;
      if (about == nullptr) about = each;
      if (wanted == nullptr) continue;
      const std::size_t i = wanted_lines.size();
      wanted_lines.push_back(each->written);
      if (i < happened_.moves.size() && is_met(*wanted, happened_.moves[i]))
        ++met;
    }
    if (about == nullptr) return;
    if (met == wanted_lines.size() && met == happened_.moves.size()) return;
    for (const auto& move : happened_.moves) got_lines.push_back(line_of(move));
    if (wanted_lines.empty()) wanted_lines.emplace_back("none");
    if (got_lines.empty()) got_lines.emplace_back("none");
    differences_.push_back(
        {about->offset, std::move(wanted_lines), std::move(got_lines), true});
  }

  void skip(const Expectation& about, const SkipWanted& wanted) {
    std::vector<std::string> got;
    for (const RunReport& run : happened_.runs) {
      if (run.rule != wanted.rule) continue;
      for (const Verdict& each : run.verdicts) {
        const std::string& host = stage_.program().hosts[each.host];
        if (each.name != wanted.process || host != wanted.host) continue;
        if (to_string(each.reason) == wanted.reason) return;
        got.push_back(fmt::format("skip {} {} {} {}", run.rule, each.name, host,
                                  to_string(each.reason)));
      }
    }
    if (got.empty())
      got.push_back(fmt::format("{} has no candidate {} at {}", wanted.rule,
                                wanted.process, wanted.host));
    differ(about, std::move(got), true);
  }

  std::vector<Shown> elements(const std::string& name) const {
    const Rule* rule = find_rule(stage_.program(), name);
    return elements_of(stage_.value(*rule), stage_.program());
  }

  void value(const Expectation& about, const ValueWanted& wanted) {
    const auto got = texts_of(elements(wanted.name));
    std::vector<std::string> lines;
    for (const auto& each : wanted.elements)
      lines.push_back(pair_text(each.place, normal(each.value)));
    if (!same(lines, got)) differ(about, {value_line(wanted.name, got)});
  }

  void truth(const Expectation& about, const TruthWanted& wanted) {
    const auto shown = elements(wanted.name);
    std::size_t met = 0;
    std::size_t asked = 0;
    for (const Shown& each : shown) {
      if (!wanted.place.empty() && each.place != wanted.place) continue;
      ++asked;
      if (each.value.type == Type::truth && each.value.truth == wanted.truth)
        ++met;
    }
    if (met > 0 && met == asked) return;
    differ(about, {value_line(wanted.name, texts_of(shown))});
  }

  /// All texts, and in this order.
  void texts() {
    std::vector<std::string> wanted_lines, got_lines;
    const Expectation* about = nullptr;
    for (const Expectation* each : expected_) {
      const auto* wanted = std::get_if<TextWanted>(&each->wanted);
      const bool none = std::holds_alternative<NoTextWanted>(each->wanted);
      if (wanted == nullptr && !none) continue;
      if (about == nullptr) about = each;
      if (wanted != nullptr)
        wanted_lines.push_back(text_line(wanted->action, wanted->text));
    }
    if (about == nullptr) return;
    for (const auto& text : happened_.texts)
      got_lines.push_back(text_line(text.action, text.text));
    if (wanted_lines == got_lines) return;
    if (wanted_lines.empty()) wanted_lines.emplace_back("silent");
    if (got_lines.empty()) got_lines.emplace_back("silent");
    differences_.push_back(
        {about->offset, std::move(wanted_lines), std::move(got_lines), false});
  }

  static std::string text_line(const std::string& action,
                               const std::string& text) {
    return fmt::format("{} {}", action, lang::quoted(text));
  }

  const std::vector<const Expectation*>& expected_;
  const Happened& happened_;
  const Stage& stage_;
  std::vector<Difference> differences_;
};

}  // namespace

std::vector<Difference> judge(const std::vector<const Expectation*>& expected,
                              const Happened& happened, const Stage& stage) {
  return Judge(expected, happened, stage).run();
}

const Rule* find_rule(const Program& program, const std::string& name) {
  for (const Rule& rule : program.rules)
    if (rule.name == name && rule.result != kNoSlot) return &rule;
  return nullptr;
}

}  // namespace balance
