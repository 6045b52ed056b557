// A text that people wrote, and places in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace base {

/// Offsets are 32 bits wide: a longer text is not a rule file.
inline constexpr std::size_t kMaxSource = 64U << 20;

/// Line and column, both from 1; a column is one character (UTF-8), and a tab
/// is one column.
struct Place {
  std::size_t line = 1;
  std::size_t column = 1;
};

/// One text with the name under which messages show it. Immutable; spans point
/// at it, so it neither moves nor is copied.
class SourceFile {
 public:
  /// What lies behind kMaxSource is dropped; callers refuse such files before.
  SourceFile(std::string name, std::string text);
  SourceFile(const SourceFile&) = delete;
  SourceFile& operator=(const SourceFile&) = delete;

  const std::string& name() const { return name_; }
  std::string_view text() const { return text_; }

  /// Of a byte offset; one behind the end counts as the end.
  Place place(std::size_t offset) const;
  /// Line `line` (from 1) without its line end; empty if there is none.
  std::string_view line(std::size_t line) const;
  /// Offset of the first byte of the line that holds `offset`.
  std::size_t line_begin(std::size_t offset) const;

 private:
  std::string name_;
  std::string text_;
  std::vector<std::size_t> starts_;  ///< offsets of the lines
};

/// Bytes [begin, end) of a file. The file must outlive the span; lang::File
/// keeps it alive.
struct Span {
  const SourceFile* file = nullptr;  ///< null: no place is known
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  bool operator==(const Span&) const = default;
};

/// From the start of `first` to the end of `last`, both of the same file.
Span join(const Span& first, const Span& last);
/// What stands there; empty without a file.
std::string_view text_of(const Span& span);
/// "FILE:LINE:COLUMN", or "" without a file.
std::string place_text(const Span& span);

}  // namespace base
