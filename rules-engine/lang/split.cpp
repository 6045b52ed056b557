#include "lang/split.h"

namespace balance::lang {
namespace {

bool is_blank(char byte) {
  return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/// First byte at or behind `at` that is neither blank nor comment.
std::size_t skip_blanks(std::string_view text, std::size_t at) {
  ModeTracker tracker;
  while (at < text.size()) {
    const std::size_t before = at;
    at += tracker.step(text, at);
    const bool comment = tracker.mode() == Mode::line_comment ||
                         tracker.mode() == Mode::block_comment;
    const bool comment_end = at - before == 2 && text.substr(before, 2) == "*/";
    if (!comment && !comment_end && !is_blank(text[before])) return before;
  }
  return at;
}

}  // namespace

std::size_t ModeTracker::step(std::string_view text, std::size_t at) {
  const char byte = text[at];
  const std::string_view two = text.substr(at, 2);
  switch (mode_) {
    case Mode::code:
      if (two == "//" || two == "/*") {
        mode_ = two == "//" ? Mode::line_comment : Mode::block_comment;
        return 2;
      }
      if (byte == '"') mode_ = Mode::string;
      if (byte == '\'') mode_ = Mode::quoted;
      return byte == '\\' ? two.size() : 1;
    case Mode::string:
    case Mode::quoted:
      if (byte == (mode_ == Mode::string ? '"' : '\'')) mode_ = Mode::code;
      return byte == '\\' ? two.size() : 1;
    case Mode::line_comment:
      if (byte == '\n') mode_ = Mode::code;
      return 1;
    case Mode::block_comment:
      if (two != "*/") return 1;
      mode_ = Mode::code;
      return 2;
  }
  return 1;
}

Piece cut(std::string_view text, std::size_t from, std::size_t at) {
  const std::size_t after = skip_blanks(text, at + 1);
  const bool stop = after < text.size() && text[after] == '.';
  return {from, at, at + 1, stop, std::nullopt, Mode::code};
}

Piece end_of_text(std::string_view text, std::size_t from, std::size_t opened,
                  Mode mode) {
  const std::size_t end = text.size();
  Piece piece{from, end, end, true, std::nullopt, Mode::code};
  if (mode != Mode::code && mode != Mode::line_comment) {
    piece.unclosed = opened;
    piece.unclosed_mode = mode;
  }
  return piece;
}

Piece next_piece(std::string_view text, std::size_t from) {
  ModeTracker tracker;
  std::size_t opened = from;
  std::size_t at = from;
  while (at < text.size()) {
    const Mode before = tracker.mode();
    if (before == Mode::code && ends_statement(text[at])) {
      return cut(text, from, at);
    }
    const std::size_t taken = tracker.step(text, at);
    if (before == Mode::code && tracker.mode() != before) opened = at;
    at += taken;
  }
  return end_of_text(text, from, opened, tracker.mode());
}

bool opens_rule(std::string_view text) {
  if (!text.starts_with('(')) return false;
  ModeTracker tracker;
  std::size_t open = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    if (tracker.mode() == Mode::code) {
      if (text.substr(at, 2) == "->") return true;
      if (text[at] == '(') ++open;
      if (text[at] == ')' && --open == 0) return false;
    }
    at += tracker.step(text, at);
  }
  return false;
}

}  // namespace balance::lang
