#include "rule_test/expectations.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "rule_test/words.h"

namespace balance {
namespace {

std::vector<std::string> alternatives(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t bar = std::min(text.find('|'), text.size());
    out.emplace_back(text.substr(0, bar));
    text.remove_prefix(std::min(bar + 1, text.size()));
  }
  return out;
}

MoveWanted read_move(Cursor& line) {
  MoveWanted out;
  out.rule = line.word("a rule");
  out.process = line.word("a process");
  out.from = line.word("a host");
  line.expect("->");
  out.to = alternatives(line.word("a host"));
  return out;
}

SkipWanted read_skip(Cursor& line) {
  SkipWanted out;
  out.rule = line.word("a rule");
  out.process = line.word("a process");
  out.host = line.word("a host");
  const std::size_t at = line.offset();
  out.reason = line.word("a reason");
  const auto reasons = reason_words();
  if (std::find(reasons.begin(), reasons.end(), out.reason) == reasons.end())
    line.fail(at, fmt::format("`{}` is no reason; there are: {}", out.reason,
                              fmt::join(reasons, ", ")));
  return out;
}

ValueWanted read_value(Cursor& line) {
  ValueWanted out;
  out.name = line.word("a name");
  line.expect(":");
  while (!line.done()) {
    const std::string_view text = line.take("");
    const std::size_t equals = text[0] == '"' ? text.npos : text.find('=');
    if (equals == text.npos)
      out.elements.push_back({"", std::string(text)});
    else
      out.elements.push_back({std::string(text.substr(0, equals)),
                              std::string(text.substr(equals + 1))});
  }
  return out;
}

TruthWanted read_truth(Cursor& line, Tri truth) {
  TruthWanted out;
  out.truth = truth;
  out.name = line.word("a name");
  if (!line.done()) out.place = line.word("");
  return out;
}

TextWanted read_text(Cursor& line, std::string_view action) {
  TextWanted out;
  out.action = action;
  const std::size_t at = line.offset();
  if (!line.peek().starts_with('"'))
    line.fail(at, "a text in quotes is wanted");
  out.text = line.word("a text");
  return out;
}

/// The tokens of a line with one blank between.
std::string squeezed(Cursor line) {
  std::string out;
  while (!line.done()) {
    if (!out.empty()) out += ' ';
    out += line.take("");
  }
  return out;
}

}  // namespace

void read_at(Cursor& line, RuleTest& test) {
  Expectation out;
  out.when = line.when();
  out.offset = line.offset();
  out.written = squeezed(line);
  const std::string_view kind = line.take("what is expected");
  if (kind == "outcome") return read_outcome(line, out.when, out.offset, test);
  if (kind == "move") {
    out.wanted = read_move(line);
  } else if (kind == "none") {
    out.wanted = NoMoveWanted{};
  } else if (kind == "skip") {
    out.wanted = read_skip(line);
  } else if (kind == "value") {
    out.wanted = read_value(line);
  } else if (kind == "silent") {
    out.wanted = NoTextWanted{};
  } else if (const auto truth = find_truth(kind)) {
    out.wanted = read_truth(line, *truth);
  } else if (is_text_action(kind)) {
    out.wanted = read_text(line, kind);
  } else {
    line.fail(out.offset,
              fmt::format("`{}` is nothing that can be expected; there are: "
                          "move, none, skip, value, true, false, unknown, "
                          "print, alarm, syslog, shell, stomp, silent, outcome",
                          kind));
  }
  test.expectations.push_back(std::move(out));
}

void read_problem(Cursor& line, bool error, RuleTest& test) {
  ProblemWanted out;
  out.error = error;
  out.offset = line.offset();
  out.code = line.word("the code of an error or a warning");
  line.expect("at");
  out.place = line.word("LINE:COLUMN");
  test.problems.push_back(std::move(out));
}

void read_outcome(Cursor& line, std::optional<When> when, std::size_t offset,
                  RuleTest& test) {
  OutcomeGiven out;
  out.when = when;
  out.offset = offset;
  out.rule = line.word("a rule");
  out.process = line.word("a process");
  const std::size_t at = line.offset();
  const auto state = find_move_state(line.take("done, failed or refused"));
  if (!state) line.fail(at, "done, failed or refused is wanted");
  out.state = state.value_or(MoveState::done);
  if (line.take_if("after")) {
    const std::size_t place = line.offset();
    out.after = line.moment();
    if (!(out.after->value > 0)) line.fail(place, "it must be above 0");
  }
  test.outcomes.push_back(std::move(out));
}

}  // namespace balance
