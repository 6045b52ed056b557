// Errors and warnings about a text that people wrote, with the places that
// they speak of.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/source.h"

namespace base {

/// A further place that explains a diagnostic: "first given here".
struct Note {
  Span span;
  std::string message;
};

struct Diagnostic {
  enum class Severity { error, warning };

  Severity severity = Severity::error;
  std::string code;  ///< "C09"; "P01" is a syntax error; shown in brackets
  Span span;
  std::string message;  ///< without severity, place, code and full stop
  std::vector<Note> notes;
};

/// `FILE:LINE:COLUMN: error: MESSAGE  [CODE]`, then the line of the text and
/// below it `^~~~` at the span (of which only the first line is marked), then
/// the notes in the same form. Ends with a line end.
std::string to_text(const Diagnostic& diagnostic);

/// Collects what is wrong with one set of files.
class Diagnostics {
 public:
  /// From now on warnings become errors (`--warnings=error`).
  void warnings_are_errors() { strict_ = true; }
  /// From now on style() reports nothing.
  void leave_style_out() { style_ = false; }

  void error(std::string code, const Span& span, std::string message,
             std::vector<Note> notes = {});
  void warning(std::string code, const Span& span, std::string message,
               std::vector<Note> notes = {});
  /// A warning about what means what it should, and could be clearer.
  void style(std::string code, const Span& span, std::string message);

  bool has_errors() const { return errors_ > 0; }
  std::size_t errors() const { return errors_; }
  /// In the order in which they were found.
  const std::vector<Diagnostic>& all() const { return all_; }
  /// All of them, sorted: files in the order in which they first appear here,
  /// then by place.
  std::vector<Diagnostic> sorted() const;
  /// All of them as text, sorted by place; "" if there are none.
  std::string text() const;
  /// The same for programs: a JSON array of objects with `file`, `line`,
  /// `column`, `severity` ("error", "warning"), `code`, `message` and `notes`
  /// (objects with `file`, `line`, `column`, `message`). Without a place
  /// `file`, `line` and `column` are null. Ends with a line end.
  std::string json() const;

 private:
  std::vector<Diagnostic> all_;
  std::size_t errors_ = 0;
  bool strict_ = false;
  bool style_ = true;
};

}  // namespace base
