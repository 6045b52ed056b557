#include "rule_test/tokens.h"

namespace balance {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

/// Behind the quote that begins at `at`; npos if it does not end in its line.
std::size_t behind_quote(std::string_view text, std::size_t at) {
  const char quote = text[at];
  for (++at; at < text.size() && text[at] != '\n'; ++at) {
    if (text[at] == quote) return at + 1;
    if (quote == '"' && text[at] == '\\') ++at;
  }
  return std::string_view::npos;
}

char escaped(char letter) {
  if (letter == 'n') return '\n';
  return letter == 't' ? '\t' : letter;
}

}  // namespace

Read<std::vector<Token>> tokens_of(std::string_view text, std::size_t offset) {
  std::vector<Token> out;
  std::size_t at = 0;
  while ((at = text.find_first_not_of(kBlanks, at)) != std::string_view::npos) {
    if (text.substr(at).starts_with("//")) {
      at = text.find('\n', at);
      continue;
    }
    const std::size_t begin = at;
    while (at < text.size() && kBlanks.find(text[at]) == std::string_view::npos)
      if (text[at] != '\'' && text[at] != '"') {
        ++at;
      } else {
        const std::size_t end = behind_quote(text, at);
        if (end == std::string_view::npos)
          return fault(offset + at, "a quote without its end");
        at = end;
      }
    out.push_back({text.substr(begin, at - begin), offset + begin});
  }
  return out;
}

std::optional<std::string> take_quoted(std::string_view& text) {
  if (text.empty() || (text[0] != '\'' && text[0] != '"')) return std::nullopt;
  const std::size_t end = behind_quote(text, 0);
  if (end == std::string_view::npos) return std::nullopt;
  std::string out;
  for (std::size_t at = 1; at + 1 < end; ++at)
    out += text[0] == '"' && text[at] == '\\' ? escaped(text[++at]) : text[at];
  text.remove_prefix(end);
  return out;
}

std::string unquoted(const Token& token) {
  std::string_view rest = token.text;
  auto out = take_quoted(rest);
  return out && rest.empty() ? *out : std::string(token.text);
}

}  // namespace balance
