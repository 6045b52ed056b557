#include "action/shell_command.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "action/shell_scanner.h"
#include "base/text.h"
#include "eval/expand.h"

namespace balance {
namespace {

struct Word {
  char letter;
  std::string Subject::*value;
};
constexpr std::array<Word, 7> kWords = {{{'h', &Subject::host},
                                         {'c', &Subject::connection},
                                         {'i', &Subject::instance},
                                         {'v', &Subject::value},
                                         {'p', &Subject::process},
                                         {'s', &Subject::source},
                                         {'t', &Subject::target}}};

// Stand-ins for values while a text is repeated: a number between these two.
constexpr char kBegin = '\x01';
constexpr char kEnd = '\x02';

/// Word w of subject s is number s * kWords.size() + w.
std::vector<Subject> stand_ins(std::size_t n) {
  std::vector<Subject> out(n);
  std::size_t number = 0;
  for (Subject& subject : out)
    for (const Word& word : kWords)
      subject.*word.value = fmt::format("{}{}{}", kBegin, number++, kEnd);
  return out;
}

bool is_harmless(char c) {
  constexpr std::string_view kSigns = "._:/@%+=,-";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || kSigns.find(c) != std::string_view::npos;
}

/// What is wrong with a value; "" if nothing.
std::string flaw(char letter, std::string_view value) {
  if (value.empty()) return "has no value";
  if (!std::all_of(value.begin(), value.end(), is_harmless))
    return "has characters other than A-Z a-z 0-9 . _ : / @ % + = , -";
  // It would be an option to most commands; a negative number is none.
  const bool number = letter == 'v' && base::to_number<double>(value);
  if (value.front() == '-' && !number) return "begins with a dash";
  return {};
}

/// A value for the log: one line, not too long.
std::string shown(std::string_view value) {
  std::string out(value.substr(0, 60));
  std::replace_if(
      out.begin(), out.end(),
      [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; },
      '?');
  return out;
}

class Writer {
 public:
  explicit Writer(const std::vector<Subject>& subjects) : subjects_(subjects) {}

  void text(char c) {
    scanner_.take(c);
    command_.text += c;
  }

  base::Result<void> reference(std::size_t number) {
    const Word& word = kWords[number % kWords.size()];
    const std::string& value = subjects_[number / kWords.size()].*word.value;
    if (const auto where = scanner_.obstacle(); !where.empty())
      return base::fail(0, fmt::format("%{} {}", word.letter, where));
    if (const auto what = flaw(word.letter, value); !what.empty())
      return base::fail(
          0, fmt::format("%{} {}: '{}'", word.letter, what, shown(value)));
    command_.arguments.push_back(value);
    command_.text += fmt::format("\"${{{}}}\"", command_.arguments.size());
    scanner_.take_reference();
    return {};
  }

  ShellCommand take() { return std::move(command_); }

 private:
  const std::vector<Subject>& subjects_;
  ShellScanner scanner_;
  ShellCommand command_;
};

}  // namespace

base::Result<ShellCommand> shell_command(const Firing& firing) {
  const std::vector<Subject> names = stand_ins(firing.subjects.size());
  Writer out(firing.subjects);
  for (const std::string& written : firing.action->strings) {
    constexpr char kForbidden[] = {'\0', kBegin, kEnd};
    if (written.find_first_of(kForbidden, 0, 3) != std::string::npos)
      return base::fail(0, "the command has control characters");
    const std::string text =
        expand(written, names, firing.moves, firing.nothing);
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] != kBegin) {
        out.text(text[i]);
        continue;
      }
      const std::size_t end = text.find(kEnd, i);
      const auto number =
          base::to_number<std::size_t>(text.substr(i + 1, end - i - 1));
      if (const auto placed = out.reference(*number); !placed)
        return tl::make_unexpected(placed.error());
      i = end;
    }
  }
  return out.take();
}

}  // namespace balance
