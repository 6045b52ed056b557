#include "eval/expand.h"

#include <cmath>
#include <optional>
#include <string_view>

#include <fmt/printf.h>

#include "eval/decision.h"

namespace balance {
namespace {

std::string_view words(bool moves) {
  return moves ? "hcivpst" : "hciv";
}

std::string replacement(char word, const Subject& subject) {
  const auto or_undefined = [word](const std::string& text) {
    return text.empty() ? fmt::format("<%{} undefined>", word) : text;
  };
  switch (word) {
    case 'h':
      return or_undefined(subject.host);
    case 'c':
      return or_undefined(subject.connection);
    case 'i':
      return or_undefined(subject.instance);
    case 'v':
      return or_undefined(subject.value);
    case 'p':
      return or_undefined(subject.process);
    case 's':
      return or_undefined(subject.source);
    default:
      return or_undefined(subject.target);
  }
}

/// Position of the next %-word from `at`.
std::size_t next_word(const std::string& text, std::size_t at, bool moves) {
  for (; at + 1 < text.size(); ++at)
    if (text[at] == '%' && words(moves).find(text[at + 1]) != std::string::npos)
      return at;
  return std::string::npos;
}

std::string once(const std::string& text, const Subject& subject, bool moves) {
  std::string out;
  std::size_t at = 0;
  for (;;) {
    const std::size_t word = next_word(text, at, moves);
    if (word == std::string::npos) return out + text.substr(at);
    out += text.substr(at, word - at) + replacement(text[word + 1], subject);
    at = word + 2;
  }
}

std::string_view truth_text(Tri truth) {
  if (truth == Tri::unknown) return "unknown";
  return truth == Tri::yes ? "true" : "false";
}

}  // namespace

std::string expand(const std::string& text,
                   const std::vector<Subject>& subjects, bool moves,
                   bool nothing) {
  if (next_word(text, 0, moves) == std::string::npos ||
      (subjects.empty() && !nothing))
    return text;
  std::string out;
  for (const Subject& subject : subjects) out += once(text, subject, moves);
  return out;
}

std::vector<std::string> Firing::arguments() const {
  std::vector<std::string> out;
  for (const std::string& text : action->strings)
    out.push_back(expand(text, subjects, moves, nothing));
  return out;
}

std::string number_text(double x) {
  if (!has_number(x) || std::isnan(x)) return "?";
  const double size = std::fabs(x);
  if (std::isinf(x)) return x < 0 ? "-inf" : "inf";
  constexpr double kWhole = 9007199254740992;  // below it all digits are known
  if (x == std::trunc(x) && size < kWhole)
    return fmt::to_string(static_cast<long long>(x));
  if (size < 0.5) return fmt::sprintf("%g", x);
  if (size < 5) return fmt::sprintf("%.2f", x);
  if (size < 50) return fmt::sprintf("%.1f", x);
  return fmt::sprintf("%.0f", x);
}

std::string value_text(const Value& value) {
  if (value.type == Type::number) return number_text(value.number);
  if (value.type == Type::text) return value.text.value_or("?");
  return std::string(truth_text(value.truth));
}

void append_samples(std::string& out, const Column& column, std::size_t i) {
  const std::size_t first = i * column.samples;
  for (std::size_t at = first; at < first + column.samples; ++at) {
    if (at != first) out += ' ';
    if (column.type == Type::number)
      out += number_text(column.numbers[at]);
    else if (column.type == Type::truth)
      out += truth_text(column.truths[at]);
    else if (column.texts[at])
      out.append(1, '"').append(*column.texts[at]).append(1, '"');
    else
      out += '?';
  }
}

}  // namespace balance
