// Rule tests are read token by token; what is wrong is said with its place.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace balance {

/// What is wrong with a text, and where: an offset in bytes.
struct TextFault {
  std::size_t offset = 0;
  std::string what;
};
template <class T>
using Read = tl::expected<T, TextFault>;

inline tl::unexpected<TextFault> fault(std::size_t offset, std::string what) {
  return tl::make_unexpected(TextFault{offset, std::move(what)});
}

/// What stands between blanks; blanks in quotes ('…' or "…") part nothing.
struct Token {
  std::string_view text;
  std::size_t offset = 0;

  bool is_quoted() const { return text.front() == '\'' || text[0] == '"'; }
  /// `:host`
  bool is_place() const { return text.size() > 1 && text[0] == ':'; }
};

/// The tokens of a text whose first byte is at `offset`; `// …` is left out up
/// to the end of its line. A quote must end in the line where it begins.
Read<std::vector<Token>> tokens_of(std::string_view text, std::size_t offset);

/// `'…'` or `"…"` at the start of `text`, which loses it. In "…" \" \\ \n and
/// \t stand for a character. Nothing if it does not start with a quote.
std::optional<std::string> take_quoted(std::string_view& text);
/// The same of a whole token; a word without quotes is itself.
std::string unquoted(const Token& token);

}  // namespace balance
