#include "base/diagnostic.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace base {
namespace {

/// What is shown of a long line, in bytes before the span and in all.
constexpr std::size_t kBefore = 60;
constexpr std::size_t kShown = 160;

bool continues_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

/// Control characters must not reach a terminal; tabs keep their meaning.
char shown(char byte) {
  const auto code = static_cast<unsigned char>(byte);
  return byte != '\t' && (code < 0x20 || code == 0x7F) ? '?' : byte;
}

/// One blank for each character; tabs stay, so that marks stand right below.
std::string blanks_below(std::string_view text) {
  std::string blanks;
  for (const char byte : text) {
    if (continues_character(byte)) continue;
    blanks += byte == '\t' ? '\t' : ' ';
  }
  return blanks;
}

std::string marks(std::string_view text) {
  const auto characters =
      std::count_if(text.begin(), text.end(),
                    [](char byte) { return !continues_character(byte); });
  const auto more =
      static_cast<std::size_t>(std::max<std::ptrdiff_t>(characters - 1, 0));
  return "^" + std::string(more, '~');
}

/// The line and the marks below it. Of a long line only the part around the
/// span is shown, cut at character borders.
std::string excerpt(const Span& span) {
  const Place place = span.file->place(span.begin);
  const std::string_view whole = span.file->line(place.line);
  const std::size_t begin =
      std::min(span.begin - span.file->line_begin(span.begin), whole.size());
  const std::size_t end = std::min<std::size_t>(
      begin + (span.end > span.begin ? span.end - span.begin : 0),
      whole.size());
  std::size_t from = 0;
  if (whole.size() > kShown && begin > kBefore) from = begin - kBefore;
  while (from < begin && continues_character(whole[from])) ++from;
  std::size_t to = std::min(from + kShown, whole.size());
  while (to < whole.size() && continues_character(whole[to])) ++to;

  std::string line(whole.substr(from, to - from));
  std::transform(line.begin(), line.end(), line.begin(), shown);
  const std::string blanks = blanks_below(whole.substr(from, begin - from));
  const std::string under =
      marks(whole.substr(begin, std::min(end, to) - begin));
  return fmt::format("{:5} | {}\n      | {}{}\n", place.line, line, blanks,
                     under);
}

std::string entry(std::string_view severity, const Span& span,
                  std::string_view message, std::string_view code) {
  std::string text;
  if (span.file != nullptr) text = place_text(span) + ": ";
  text += fmt::format("{}: {}", severity, message);
  if (!code.empty()) text += fmt::format("  [{}]", code);
  text += '\n';
  if (span.file != nullptr) text += excerpt(span);
  return text;
}

using Json = nlohmann::ordered_json;

void add_place(const Span& span, Json& object) {
  object["file"] = nullptr;
  object["line"] = nullptr;
  object["column"] = nullptr;
  if (span.file == nullptr) return;
  const Place place = span.file->place(span.begin);
  object["file"] = span.file->name();
  object["line"] = place.line;
  object["column"] = place.column;
}

std::string_view word_of(Diagnostic::Severity severity) {
  return severity == Diagnostic::Severity::error ? "error" : "warning";
}

}  // namespace

std::string to_text(const Diagnostic& diagnostic) {
  std::string text = entry(word_of(diagnostic.severity), diagnostic.span,
                           diagnostic.message, diagnostic.code);
  for (const Note& note : diagnostic.notes) {
    text += entry("note", note.span, note.message, "");
  }
  return text;
}

void Diagnostics::error(std::string code, const Span& span, std::string message,
                        std::vector<Note> notes) {
  ++errors_;
  all_.push_back({Diagnostic::Severity::error, std::move(code), span,
                  std::move(message), std::move(notes)});
}

void Diagnostics::warning(std::string code, const Span& span,
                          std::string message, std::vector<Note> notes) {
  if (strict_) {
    error(std::move(code), span, std::move(message), std::move(notes));
    return;
  }
  all_.push_back({Diagnostic::Severity::warning, std::move(code), span,
                  std::move(message), std::move(notes)});
}

void Diagnostics::style(std::string code, const Span& span,
                        std::string message) {
  if (style_) warning(std::move(code), span, std::move(message));
}

std::vector<Diagnostic> Diagnostics::sorted() const {
  std::map<const SourceFile*, std::size_t> rank;
  for (const Diagnostic& one : all_) rank.emplace(one.span.file, rank.size());
  std::vector<Diagnostic> result = all_;
  std::stable_sort(result.begin(), result.end(),
                   [&rank](const Diagnostic& a, const Diagnostic& b) {
                     return std::tuple(rank.at(a.span.file), a.span.begin) <
                            std::tuple(rank.at(b.span.file), b.span.begin);
                   });
  return result;
}

std::string Diagnostics::text() const {
  std::string text;
  for (const Diagnostic& one : sorted()) text += to_text(one);
  return text;
}

std::string Diagnostics::json() const {
  Json array = Json::array();
  for (const Diagnostic& one : sorted()) {
    Json object;
    add_place(one.span, object);
    object["severity"] = word_of(one.severity);
    object["code"] = one.code;
    object["message"] = one.message;
    object["notes"] = Json::array();
    for (const Note& note : one.notes) {
      Json part;
      add_place(note.span, part);
      part["message"] = note.message;
      object["notes"].push_back(std::move(part));
    }
    array.push_back(std::move(object));
  }
  // Texts of people may hold any bytes.
  return array.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace base
