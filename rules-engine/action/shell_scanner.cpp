#include "action/shell_scanner.h"

#include <algorithm>
#include <array>

namespace balance {
namespace {

constexpr bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n';
}
constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         is_digit(c);
}

/// `NAME=…`, which may stand before the name of a command.
bool is_assignment(std::string_view word) {
  const std::size_t equals = word.find('=');
  if (equals == 0 || equals == std::string_view::npos) return false;
  const std::string_view name = word.substr(0, equals);
  return !is_digit(name.front()) &&
         std::all_of(name.begin(), name.end(), is_name);
}

/// Words after which the name of a command comes, or of a file of commands.
bool is_opening(std::string_view word) {
  constexpr std::array<std::string_view, 15> kWords = {
      "if", "then", "elif", "else", "while",   "until", "do",    "!",
      "{",  "time", "eval", "exec", "command", ".",     "source"};
  return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

}  // namespace

void ShellScanner::take(char c) {
  if (escaped_) {
    escaped_ = false;
    if (stack_.empty()) add(c);
  } else if (!take_opaque(c) && !take_quoting(c)) {
    if (stack_.empty())
      take_plain(c);
    else
      take_nested(c);
  }
  before_ = c;
}

void ShellScanner::take_reference() {
  add('x');
  before_ = 'x';
}

/// What stands in single quotes, backquotes or a comment has no structure but
/// its end.
bool ShellScanner::take_opaque(char c) {
  if (comment_) {
    comment_ = c != '\n';
    return comment_;
  }
  if (inside(In::single_quotes)) {
    if (c == '\'') stack_.pop_back();
    return true;
  }
  if (inside(In::backquotes)) {
    escaped_ = c == '\\';
    if (c == '`') stack_.pop_back();
    return true;
  }
  return false;
}

/// What opens or closes something in plain text and in nested text alike.
bool ShellScanner::take_quoting(char c) {
  const bool after_dollar = dollar_;
  dollar_ = c == '$' && !after_dollar;
  switch (c) {
    case '\\':
      escaped_ = true;
      if (stack_.empty()) add(c);
      return true;
    case '`':
      open(In::backquotes, c);
      return true;
    case '"':
      if (inside(In::double_quotes))
        stack_.pop_back();
      else
        open(In::double_quotes, c);
      return true;
    case '\'':
      // In double quotes it is a character as any other.
      if (in_double_quotes()) return true;
      if (after_dollar) lost_ = "after $'";
      open(In::single_quotes, c);
      return true;
    case '(':
    case '{':
      if (!after_dollar) return false;
      open(c == '(' ? In::parentheses : In::brace, c);
      return true;
    default:
      return false;
  }
}

/// $( ) begins anew, ${ } does not.
bool ShellScanner::in_double_quotes() const {
  for (auto at = stack_.rbegin(); at != stack_.rend(); ++at) {
    if (*at == In::double_quotes) return true;
    if (*at == In::parentheses) return false;
  }
  return false;
}

/// In double quotes, $( ) or ${ }.
void ShellScanner::take_nested(char c) {
  if (inside(In::brace)) {
    if (c == '}') stack_.pop_back();
  } else if (inside(In::parentheses)) {
    if (c == ')') stack_.pop_back();
    if (c == '(') stack_.push_back(In::parentheses);
    if (c == '#' && is_blank(before_)) comment_ = true;
    if (c == '<') take_redirection(c);
  }
}

void ShellScanner::take_plain(char c) {
  switch (c) {
    case ' ':
    case '\t':
      return end_word();
    case '&':
    case '|':
      // `>&2` and `>|file` are one operator.
      if (before_ == '>' || (before_ == '<' && c == '&')) return;
      return end_command();
    case '\n':
    case ';':
    case '(':
    case ')':
      return end_command();
    case '<':
    case '>':
      return take_redirection(c);
    case '#':
      if (word_.empty())
        comment_ = true;
      else
        add(c);
      return;
    default:
      add(c);
  }
}

void ShellScanner::take_redirection(char c) {
  if (c == '<' && before_ == '<') lost_ = "after a here-document";
  if (!stack_.empty()) return;
  // `2>`: the number of a descriptor is no word.
  if (std::all_of(word_.begin(), word_.end(), is_digit)) word_.clear();
  end_word();
  redirects_ = true;
}

void ShellScanner::open(In what, char c) {
  if (stack_.empty()) add(c);
  stack_.push_back(what);
}

void ShellScanner::add(char c) {
  word_ += c;
}

void ShellScanner::end_word() {
  if (word_.empty()) return;
  if (redirects_)
    redirects_ = false;
  else if (!is_assignment(word_) && !is_opening(word_))
    named_ = true;
  word_.clear();
}

void ShellScanner::end_command() {
  end_word();
  named_ = false;
  redirects_ = false;
}

std::string_view ShellScanner::obstacle() const {
  if (!lost_.empty()) return lost_;
  if (escaped_) return "after a backslash";
  if (dollar_) return "after a $";
  if (comment_) return "in a comment";
  if (!stack_.empty()) {
    switch (stack_.front()) {
      case In::single_quotes:
      case In::double_quotes:
        return "inside quotes";
      case In::backquotes:
        return "inside backquotes";
      case In::parentheses:
        return "inside $( )";
      case In::brace:
        return "inside ${ }";
    }
  }
  if (!named_ && !redirects_ && !is_assignment(word_))
    return "as the name of a command";
  return {};
}

}  // namespace balance
