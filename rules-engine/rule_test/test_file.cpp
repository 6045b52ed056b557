#include "rule_test/test_file.h"

#include <algorithm>

#include <fmt/format.h>

#include "rule_test/expectations.h"
#include "rule_test/start_time.h"

namespace balance {
namespace {

constexpr std::string_view kBlanks = " \t\r";

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

/// A line of the text, without its end.
struct Line {
  std::string_view text;
  std::size_t offset = 0;

  std::size_t end() const { return offset + text.size(); }
};

/// "# NAME  title"
bool is_title(std::string_view line) {
  return line == "#" || line.starts_with("# ");
}

/// Offset behind the brace of a line that begins with `rules {`, or 0.
std::size_t behind_brace(std::string_view line) {
  const std::size_t word = line.find_first_not_of(kBlanks);
  if (word == line.npos || !line.substr(word).starts_with("rules")) return 0;
  const std::size_t brace = line.find_first_not_of(kBlanks, word + 5);
  return brace != line.npos && line[brace] == '{' ? brace + 1 : 0;
}

/// The last `}` behind which there is nothing but a comment.
std::size_t last_brace(std::string_view line) {
  for (std::size_t at = line.rfind('}'); at != line.npos;
       at = at == 0 ? line.npos : line.rfind('}', at - 1)) {
    const std::string_view rest = line.substr(at + 1);
    const std::size_t word = rest.find_first_not_of(kBlanks);
    if (word == rest.npos || rest.substr(word).starts_with("//")) return at;
  }
  return line.npos;
}

class Reader {
 public:
  explicit Reader(const std::shared_ptr<const base::SourceFile>& source)
      : text_(source->text()) {
    file_.source = source;
  }

  Read<TestFile> read() {
    while (!fault_ && at_ < text_.size()) read_line(next_line());
    end_test();
    if (!fault_ && file_.tests.empty())
      fail(0, "no test: each begins with a line `# NAME`");
    if (fault_) return tl::make_unexpected(*fault_);
    return std::move(file_);
  }

 private:
  Line next_line() {
    const std::size_t end = std::min(text_.find('\n', at_), text_.size());
    const Line out{text_.substr(at_, end - at_), at_};
    at_ = end + 1;
    return out;
  }

  void fail(std::size_t offset, std::string what) {
    if (!fault_) fault_ = TextFault{offset, std::move(what)};
  }

  void read_line(const Line& line) {
    if (is_title(line.text)) {
      end_test();
      return begin_test(line);
    }
    const std::size_t brace = behind_brace(line.text);
    if (brace > 0 && !file_.tests.empty()) {
      end_series();
      return read_rules(line, brace);
    }
    auto tokens = tokens_of(line.text, line.offset);
    if (!tokens) return fail(tokens.error().offset, tokens.error().what);
    if (tokens->empty()) return;
    if (file_.tests.empty())
      return fail(tokens->front().offset, "a test begins with a line `# NAME`");
    const bool series = tokens->size() > 1 && (*tokens)[1].is_place();
    if (!series && read_directive(*tokens, line)) return;
    series_.insert(series_.end(), tokens->begin(), tokens->end());
  }

  void begin_test(const Line& line) {
    RuleTest& test = file_.tests.emplace_back();
    test.offset = line.offset;
    const auto words = base::words_of(std::string(line.text.substr(1)));
    test.title = fmt::format("{}", fmt::join(words, " "));
    if (words.empty()) fail(line.offset, "a test needs a name behind `#`");
    for (std::size_t i = 0; i + 1 < file_.tests.size(); ++i)
      if (file_.tests[i].title == test.title)
        fail(line.offset, fmt::format("a second test `{}`", test.title));
  }

  void end_test() {
    if (file_.tests.empty()) return;
    end_series();
    const RuleTest& test = file_.tests.back();
    if (test.rules.empty())
      fail(test.offset, fmt::format("test `{}` has no rules", test.title));
    if (test.expectations.empty() && test.problems.empty())
      fail(test.offset, fmt::format("test `{}` expects nothing", test.title));
  }

  /// The series that were read last are complete.
  void end_series() {
    if (series_.empty() || fault_) return;
    auto rows = read_series(series_);
    series_.clear();
    if (!rows) return fail(rows.error().offset, rows.error().what);
    for (SeriesRow& row : *rows) {
      const std::size_t offset = row.offset;
      auto why = file_.tests.back().series.add(std::move(row));
      if (!why.empty()) return fail(offset, std::move(why));
    }
  }

  void read_rules(const Line& line, std::size_t brace) {
    RulesGiven out;
    out.offset = line.offset + line.text.find('r');
    out.begin = line.offset + brace;
    const std::string_view rest = line.text.substr(brace);
    if (is_blank(rest)) {
      out.begin = at_;
      out.end = at_;
      for (;;) {
        if (at_ >= text_.size())
          return fail(out.offset,
                      "these rules do not end: a line that begins "
                      "with `}` is missing");
        const Line next = next_line();
        out.end = next.offset;
        if (!next.text.starts_with('}')) continue;
        if (last_brace(next.text) != 0)
          fail(next.offset + 1, "nothing may stand behind the `}` of rules");
        break;
      }
    } else {
      const std::size_t end = last_brace(rest);
      if (end == rest.npos) return fail(line.end(), "`}` is missing here");
      out.end = out.begin + end;
    }
    file_.tests.back().rules.push_back(std::move(out));
  }

  /// False: it is none.
  bool read_directive(const std::vector<Token>& tokens, const Line& line) {
    using Directive = void (Reader::*)(Cursor&);
    static const std::map<std::string_view, Directive> kDirectives = {
        {"at", &Reader::at},           {"error", &Reader::problems},
        {"every", &Reader::every},     {"host", &Reader::host},
        {"outcome", &Reader::outcome}, {"rules", &Reader::rule_file},
        {"start", &Reader::start},     {"warning", &Reader::problems},
    };
    const auto found = kDirectives.find(tokens.front().text);
    if (found == kDirectives.end()) return false;
    end_series();
    Cursor cursor(tokens, line.end());
    (this->*found->second)(cursor);
    if (!cursor.fault() && !cursor.done())
      cursor.fail(cursor.offset(), fmt::format("nothing is expected behind "
                                               "this, but `{}` is there",
                                               cursor.peek()));
    if (cursor.fault()) fail(cursor.fault()->offset, cursor.fault()->what);
    return true;
  }

  RuleTest& test() { return file_.tests.back(); }

  void at(Cursor& line) {
    line.take("");
    read_at(line, test());
  }
  void problems(Cursor& line) {
    while (!line.done()) {
      const std::size_t offset = line.offset();
      const std::string_view word = line.take("");
      if (word != "error" && word != "warning")
        return line.fail(offset, "`error` or `warning` is wanted");
      read_problem(line, word == "error", test());
    }
  }
  void every(Cursor& line) {
    const std::size_t offset = line.offset();
    line.take("");
    if (test().every_s) line.fail(offset, "`every` is given twice");
    test().every_s = line.time("a time");
  }
  void host(Cursor& line) {
    line.take("");
    test().host = line.word("a host");
  }
  void outcome(Cursor& line) {
    const std::size_t offset = line.offset();
    line.take("");
    read_outcome(line, std::nullopt, offset, test());
  }
  void rule_file(Cursor& line) {
    line.take("");
    RulesGiven out;
    out.offset = line.offset();
    out.path = line.word("a file, or `{`,");
    test().rules.push_back(std::move(out));
  }
  void start(Cursor& line) {
    line.take("");
    const std::size_t offset = line.offset();
    std::vector<std::string> words;
    while (!line.done()) words.push_back(line.word(""));
    const auto when = find_start_time(words);
    if (!when)
      line.fail(offset,
                "a time is wanted: 14:30, 2026-11-26 14:30, or seconds "
                "since the epoch");
    test().start_s = when.value_or(0);
  }

  TestFile file_;
  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Token> series_;  ///< that are not yet understood
  std::optional<TextFault> fault_;
};

}  // namespace

Read<TestFile> read_test_file(
    const std::shared_ptr<const base::SourceFile>& source) {
  return Reader(source).read();
}

std::string place_of(const TestFile& file, std::size_t offset) {
  const auto at = static_cast<std::uint32_t>(offset);
  return base::place_text({file.source.get(), at, at});
}

}  // namespace balance
