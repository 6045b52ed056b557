// Replaces string macros by their text, as pmie's lexer does: everywhere but
// in comments, also inside words and literals. A macro may hold one quote of
// two, so where a statement ends is seen only while they are replaced.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "base/source.h"
#include "lang/ast.h"
#include "lang/parse.h"
#include "lang/split.h"

namespace balance::lang {

/// A statement with its macros replaced, and where each byte came from.
class Expanded {
 public:
  explicit Expanded(const base::SourceFile& file) : file_(&file) {}

  const std::string& text() const { return text_; }
  const std::vector<Splice>& splices() const { return splices_; }
  /// Whether an error was reported: it is not to be read.
  bool failed() const { return failed_; }
  /// The place in the file of bytes [begin, end) of text().
  Span span(std::size_t begin, std::size_t end) const;

 private:
  friend class Expander;
  struct Segment {
    std::size_t begin = 0;  ///< in text_; it ends where the next one begins
    Span source;            ///< of copied text only `begin` counts
    bool spliced = false;
  };
  const Segment& segment(std::size_t at) const;

  const base::SourceFile* file_;
  std::string text_;
  std::vector<Segment> segments_;
  std::vector<Splice> splices_;
  bool failed_ = false;
};

/// The statement that begins at byte `from` of the file. Errors (macros inside
/// themselves, a result beyond kMaxStatement, an undefined name inside a
/// literal) are reported; what has no end is not.
Piece expand(const base::SourceFile& file, std::size_t from, const Names& names,
             base::Diagnostics& diagnostics, Expanded& result);

}  // namespace balance::lang
