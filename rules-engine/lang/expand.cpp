#include "lang/expand.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "lang/words.h"

namespace balance::lang {
namespace {

constexpr std::size_t kMaxMacroDepth = 20;

/// `$name` or `$'name'` at the start of a text.
struct Use {
  std::string name;
  std::size_t size = 0;  ///< bytes taken; 0: no use
};

Use read_use(std::string_view text) {
  Use use;
  std::size_t at = 1;
  if (at < text.size() && text[at] == '\'') {
    for (++at; at < text.size() && text[at] != '\''; ++at) {
      if (text[at] == '\\' && at + 1 < text.size()) ++at;
      use.name += text[at];
    }
    if (at < text.size()) use.size = at + 1;
    return use;
  }
  while (at < text.size() && is_word(text[at])) use.name += text[at++];
  if (!use.name.empty()) use.size = at;
  return use;
}

}  // namespace

/// Copies a statement; macros are entered by recursion, and the mode (string,
/// comment, …) goes on through their text.
class Expander {
 public:
  Expander(const Names& names, base::Diagnostics& diagnostics, Expanded& result)
      : names_(names), diagnostics_(diagnostics), result_(result) {}

  Piece copy(std::string_view text, std::size_t from) {
    begin_segment(place(from, 0), false);
    std::size_t opened = from;
    std::size_t at = from;
    while (at < text.size()) {
      const Mode before = tracker_.mode();
      if (before == Mode::code && ends_statement(text[at])) {
        return cut(text, from, at);
      }
      const std::size_t begin = at;
      const Use use = use_at(text, at);
      const Span span = place(at, use.size);
      const Known* macro = find_macro(use, span);
      at += macro ? use.size : take(text, at);
      if (macro ? !splice(*macro, use, span) : too_long(span)) {
        result_.failed_ = true;
        return next_piece(text, from);
      }
      if (macro) begin_segment(place(at, 0), false);
      if (before == Mode::code && tracker_.mode() != before) opened = begin;
    }
    return end_of_text(text, from, opened, tracker_.mode());
  }

 private:
  static std::uint32_t at32(std::size_t offset) {
    return static_cast<std::uint32_t>(offset);
  }

  Span place(std::size_t at, std::size_t size) const {
    return {result_.file_, at32(at), at32(at + size)};
  }

  bool splice(const Known& macro, const Use& use, const Span& span) {
    result_.splices_.push_back({span, use.name, macro.span});
    begin_segment(span, true);
    return enter(macro, span, 1);
  }

  /// The text of a macro; macros in it (written `\$name`) are entered too.
  bool enter(const Known& macro, const Span& span, std::size_t depth) {
    if (depth > kMaxMacroDepth) {
      diagnostics_.error(
          "C22", span,
          fmt::format("macros are nested deeper than {}", kMaxMacroDepth));
      return false;
    }
    std::size_t at = 0;
    while (at < macro.text.size()) {
      const Use use = use_at(macro.text, at);
      if (const Known* inner = find_macro(use, span)) {
        if (!enter(*inner, span, depth + 1)) return false;
        at += use.size;
        continue;
      }
      at += take(macro.text, at);
      if (too_long(span)) return false;
    }
    return true;
  }

  Use use_at(std::string_view text, std::size_t at) const {
    const bool comment = tracker_.mode() == Mode::line_comment ||
                         tracker_.mode() == Mode::block_comment;
    if (comment || text[at] != '$') return {};
    return read_use(text.substr(at));
  }

  /// Null if `use` is none, or of a name that is no string: such a use stays,
  /// as a variable. Inside a word or a literal there are no variables.
  const Known* find_macro(const Use& use, const Span& span) {
    if (use.size == 0) return nullptr;
    const auto found = names_.find(use.name);
    const bool known = found != names_.end();
    if (known && found->second.macro) return &found->second;
    const bool quotes = tracker_.mode() != Mode::code;
    if (!quotes && !in_a_word()) return nullptr;
    diagnostics_.error(
        "C14", span,
        known ? fmt::format("`{}` is no text: only texts can be put into words "
                            "and quotes",
                            use.name)
              : fmt::format(
                    "no string `{}` is defined above this line{}", use.name,
                    quotes ? "; a dollar sign in quotes is written \\$" : ""));
    result_.failed_ = true;
    return nullptr;
  }

  bool in_a_word() const {
    const std::string& text = result_.text_;
    return !text.empty() && (is_word(text.back()) || text.back() == '.');
  }

  std::size_t take(std::string_view text, std::size_t at) {
    const std::size_t size = tracker_.step(text, at);
    result_.text_ += text.substr(at, size);
    return size;
  }

  bool too_long(const Span& span) {
    if (result_.text_.size() <= kMaxStatement) return false;
    diagnostics_.error("C22", span,
                       fmt::format("a statement may have {} bytes, its macros "
                                   "replaced",
                                   kMaxStatement));
    return true;
  }

  void begin_segment(const Span& source, bool spliced) {
    result_.segments_.push_back({result_.text_.size(), source, spliced});
  }

  const Names& names_;
  base::Diagnostics& diagnostics_;
  Expanded& result_;
  ModeTracker tracker_;
};

const Expanded::Segment& Expanded::segment(std::size_t at) const {
  const auto after = std::upper_bound(
      segments_.begin(), segments_.end(), at,
      [](std::size_t value, const Segment& one) { return value < one.begin; });
  return *(after - 1);
}

Span Expanded::span(std::size_t begin, std::size_t end) const {
  const Segment& first = segment(begin);
  const Segment& last = segment(end > begin ? end - 1 : begin);
  Span span = first.source;
  if (!first.spliced) {
    span.begin += static_cast<std::uint32_t>(begin - first.begin);
  }
  span.end = last.source.end;
  if (!last.spliced) {
    span.end = last.source.begin + static_cast<std::uint32_t>(end - last.begin);
  }
  return span;
}

Piece expand(const base::SourceFile& file, std::size_t from, const Names& names,
             base::Diagnostics& diagnostics, Expanded& result) {
  return Expander(names, diagnostics, result).copy(file.text(), from);
}

}  // namespace balance::lang
