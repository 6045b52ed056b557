// Cuts a rule file into statements, without understanding them.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace balance::lang {

/// Where a character stands.
enum class Mode { code, string, quoted, line_comment, block_comment };

/// Follows text from its first byte and tells what is string or comment.
class ModeTracker {
 public:
  Mode mode() const { return mode_; }
  /// Takes the bytes at `text[at]` that belong together (an escape, the start
  /// or end of a comment, else one byte) and returns how many those are.
  std::size_t step(std::string_view text, std::size_t at);

 private:
  Mode mode_ = Mode::code;
};

struct Piece {
  std::size_t begin = 0;
  std::size_t end = 0;   ///< of the statement, without its `;` or `}`
  std::size_t next = 0;  ///< where the next one begins
  bool last = false;     ///< nothing follows
  /// A string, quoted name or comment that begins here and never ends.
  std::optional<std::size_t> unclosed;
  Mode unclosed_mode = Mode::code;
};

/// Whether a statement ends at this byte of code.
inline bool ends_statement(char byte) {
  return byte == ';' || byte == '}';
}

/// The statement [from, at), where `text[at]` ends it. A `.` as next character
/// ends the file, as in pmie.
Piece cut(std::string_view text, std::size_t from, std::size_t at);

/// The statement that goes on to the end of the text, which is in `mode`; what
/// that is began at `opened`.
Piece end_of_text(std::string_view text, std::size_t from, std::size_t opened,
                  Mode mode);

/// The statement that begins at `from` of a text without macros.
Piece next_piece(std::string_view text, std::size_t from);

/// Whether `text` begins with a `(` and a `->` follows before its `)`. One pass
/// over the bytes: the grammar asks at each parenthesis that opens a rule.
bool opens_rule(std::string_view text);

}  // namespace balance::lang
