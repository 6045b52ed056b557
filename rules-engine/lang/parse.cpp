#include "lang/parse.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "lang/build_actions.h"
#include "lang/builder.h"
#include "lang/expand.h"
#include "lang/grammar.h"
#include "lang/grammar_errors.h"
#include "lang/split.h"
#include "lang/words.h"

namespace balance::lang {
namespace {

constexpr std::size_t kMaxErrors = 100;

template <typename Rule>
using Control = tao::pegtl::must_if<GrammarErrors>::control<Rule>;

/// The token at `at`, for a message: a word, a name's use, a literal, or one
/// operator.
std::string_view token_at(std::string_view text, std::size_t at) {
  if (at >= text.size()) return {};
  const auto word = [](char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '.' || byte == '_' ||
           (static_cast<unsigned char>(byte) & 0x80U) != 0;
  };
  const std::string_view rest = text.substr(at);
  if (rest.front() == '"' || rest.front() == '\'') {
    const std::size_t end = rest.find(rest.front(), 1);
    return rest.substr(0, end == rest.npos ? end : end + 1);
  }
  const auto begin = rest.begin() + (rest.front() == '$' ? 1 : 0);
  const auto end = std::find_if_not(begin, rest.end(), word);
  const auto size = static_cast<std::size_t>(end - rest.begin());
  if (size > 0) return rest.substr(0, size);
  for (const std::string_view two :
       {"->", "==", "!=", "<=", ">=", "&&", "||"}) {
    if (rest.starts_with(two)) return two;
  }
  return rest.substr(0, 1);
}

bool is_control(char byte) {
  const auto code = static_cast<unsigned char>(byte);
  return code < 0x20 || code == 0x7F;
}

/// Short enough for a message, and without line ends.
std::string quoted(std::string_view token) {
  if (is_control(token.front())) {
    return fmt::format("the control character {}", int{token.front()});
  }
  constexpr std::size_t kShown = 40;
  std::string text(token.substr(0, token.find('\n')).substr(0, kShown));
  while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0x80U)) {
    text.pop_back();
  }
  return text.size() < token.size() ? fmt::format("`{}…`", text)
                                    : fmt::format("`{}`", text);
}

std::string no_string(std::string_view name) {
  return fmt::format("no string {} is defined above this line", quoted(name));
}

/// Of `$name` or `$'name'` that ends at `at`; "" if none does.
std::string_view name_used_before(std::string_view text, std::size_t at) {
  std::string_view before = text.substr(0, at);
  const std::size_t dollar = before.rfind('$');
  if (dollar == before.npos) return {};
  before.remove_prefix(dollar + 1);
  if (before.size() > 2 && before.find('\'', 1) == before.size() - 1 &&
      before.front() == '\'')
    return before.substr(1, before.size() - 2);
  return token_at(before, 0) == before ? before : std::string_view();
}

bool takes_numbers(std::string_view token) {
  constexpr std::array<std::string_view, 10> kOperators = {
      "<", "<=", ">", ">=", "==", "!=", "+", "-", "*", "/"};
  return std::find(kOperators.begin(), kOperators.end(), token) !=
         kOperators.end();
}

class Parser {
 public:
  Parser(const std::shared_ptr<const base::SourceFile>& source, Names& names,
         base::Diagnostics& diagnostics)
      : names_(names), diagnostics_(diagnostics) {
    file_.source = source;
  }

  File run() {
    const std::size_t before = diagnostics_.errors();
    Piece piece;
    do {
      piece = statement(piece.next);
      if (diagnostics_.errors() - before >= kMaxErrors) {
        too_many(piece);
        break;
      }
    } while (!piece.last);
    return std::move(file_);
  }

 private:
  Piece statement(std::size_t from) {
    Expanded expanded(*file_.source);
    const Piece piece =
        expand(*file_.source, from, names_, diagnostics_, expanded);
    if (piece.unclosed) unclosed(piece);
    if (piece.unclosed || expanded.failed()) return piece;
    file_.splices.insert(file_.splices.end(), expanded.splices().begin(),
                         expanded.splices().end());
    // A macro may hold the end of a statement, and more of them.
    Piece part;
    do {
      part = next_piece(expanded.text(), part.next);
      this->part(expanded, part);
    } while (!part.last);
    return piece;
  }

  void part(const Expanded& expanded, const Piece& piece) {
    const std::size_t statements = file_.statements.size();
    const std::size_t expressions = file_.expressions.size();
    const std::size_t actions = file_.actions.size();
    if (!read(expanded, piece)) {
      file_.expressions.resize(expressions);
      file_.actions.resize(actions);
      return;
    }
    if (file_.statements.size() > statements) define(file_.statements.back());
  }

  bool read(const Expanded& expanded, const Piece& piece) {
    Builder builder(file_, expanded, names_);
    try {
      const char* text = expanded.text().data();
      tao::pegtl::memory_input<> input(text + piece.begin, text + piece.end, "",
                                       piece.begin, 1, 1);
      return tao::pegtl::parse<grammar::statement, BuildAction, Control>(
          input, builder);
    } catch (const BuildError& error) {
      report(expanded, error);
    } catch (const tao::pegtl::parse_error& error) {
      report(expanded, syntax_error(expanded, error, piece, builder));
    }
    return false;
  }

  BuildError syntax_error(const Expanded& expanded,
                          const tao::pegtl::parse_error& error,
                          const Piece& piece, const Builder& builder) const {
    const std::size_t at = error.positions().front().byte;
    const std::string message(error.message());
    if (message.find("nesting depth") != message.npos) {
      return {"C22", at, at, fmt::format("nested deeper than {}", kMaxDepth)};
    }
    const std::string_view text(expanded.text());
    const std::string_view token = token_at(text.substr(0, piece.end), at);
    if (token.empty()) {
      return {"P01", at, at, message + ", but the statement ends here"};
    }
    if (token.size() > 1 && token.front() == '$' &&
        names_.count(token.substr(1)) == 0) {
      return {"C14", at, at + token.size(), no_string(token.substr(1))};
    }
    const std::string_view name = name_used_before(text, at);
    if (token.front() == '.' && !name.empty() && names_.count(name) == 0) {
      const auto begin = static_cast<std::size_t>(name.data() - text.data());
      return {"C14", begin, begin + name.size(), no_string(name)};
    }
    if (builder.truth_just_read() && takes_numbers(token)) {
      return {"C26", at, at + token.size(),
              fmt::format("`{}` takes numbers, and what stands before it is "
                          "true or false",
                          token)};
    }
    return {"P01", at, at + token.size(),
            fmt::format("{}, not {}", message, quoted(token))};
  }

  void report(const Expanded& expanded, const BuildError& error) {
    const Span span = expanded.span(error.begin, error.end);
    std::vector<base::Note> notes;
    for (const Splice& splice : expanded.splices()) {
      const bool holds =
          splice.use.begin <= span.begin && span.end <= splice.use.end;
      if (!holds || !notes.empty()) continue;
      notes.push_back({splice.definition,
                       fmt::format("`{}` is defined here", splice.name)});
    }
    diagnostics_.error(error.code, span, error.message, std::move(notes));
  }

  void unclosed(const Piece& piece) {
    const auto at = static_cast<std::uint32_t>(*piece.unclosed);
    const char* what = "this comment";
    if (piece.unclosed_mode == Mode::string) what = "this text";
    if (piece.unclosed_mode == Mode::quoted) what = "this quoted name";
    diagnostics_.error("P01", {file_.source.get(), at, at + 1},
                       fmt::format("{} has no end", what));
  }

  void too_many(const Piece& piece) {
    const auto at = static_cast<std::uint32_t>(piece.end);
    diagnostics_.error(
        "P01", {file_.source.get(), at, at},
        fmt::format("{} errors: the rest is not read", kMaxErrors));
  }

  /// Constants are apart from what is evaluated: they may be defined again,
  /// and no expression hides one, nor pmie's own. Of expressions of one name
  /// the first stays; check reports the second.
  void define(const Statement& statement) {
    if (!statement.name) return;
    Known known;
    known.span = statement.name->span;
    if (const auto* body = std::get_if<ExpressionBody>(&statement.body)) {
      const Expression& expression = file_.at(body->expression);
      known.kind = expression.kind;
      known.constant = expression.constant;
      if (const auto* text = std::get_if<String>(&expression.node)) {
        known.macro = true;
        known.text = text->text;
        known.span = expression.span;
      }
    }
    const std::string& name = statement.name->text;
    if (known.constant) {
      names_.insert_or_assign(name, std::move(known));
    } else if (!is_time_variable(name)) {
      names_.emplace(name, std::move(known));
    }
  }

  Names& names_;
  base::Diagnostics& diagnostics_;
  File file_;
};

}  // namespace

File parse(const std::shared_ptr<const base::SourceFile>& source, Names& names,
           base::Diagnostics& diagnostics) {
  return Parser(source, names, diagnostics).run();
}

File parse(const std::shared_ptr<const base::SourceFile>& source,
           base::Diagnostics& diagnostics) {
  Names names;
  return parse(source, names, diagnostics);
}

const Splice* File::splice_at(const Span& span) const {
  const auto after = std::upper_bound(
      splices.begin(), splices.end(), span.begin,
      [](std::uint32_t at, const Splice& one) { return at < one.use.begin; });
  if (after == splices.begin()) return nullptr;
  const Splice& splice = *(after - 1);
  return span.end <= splice.use.end ? &splice : nullptr;
}

}  // namespace balance::lang
