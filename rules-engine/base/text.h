// Cutting up the text files of the kernel, without copies, and those that
// people wrote.
#pragma once

#include <algorithm>
#include <charconv>
#include <concepts>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace base {

/// The first line, which `text` loses with its newline.
inline std::string_view take_line(std::string_view& text) {
  const auto end = std::min(text.find('\n'), text.size());
  const auto line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

/// The first word, which `line` loses; "" at its end. Blanks and tabs part
/// words.
inline std::string_view take_word(std::string_view& line) {
  constexpr std::string_view kBlanks = " \t";
  const auto begin = std::min(line.find_first_not_of(kBlanks), line.size());
  const auto end = std::min(line.find_first_of(kBlanks, begin), line.size());
  const auto word = line.substr(begin, end - begin);
  line.remove_prefix(end);
  return word;
}

/// Of an instance's name: what stands before the first blank, which is unique
/// in its domain.
inline std::string_view first_word(std::string_view name) {
  return name.substr(0, name.find(' '));
}

/// Whether `#wanted` means the instance `name`, as in pmie: the whole name, or
/// equal up to the first blank of either.
inline bool means_instance(std::string_view wanted, std::string_view name) {
  return name == wanted || first_word(name) == wanted ||
         name == first_word(wanted);
}

/// All of `word` as a number of type T, or nothing.
template <std::integral T>
std::optional<T> to_number(std::string_view word, int base = 10) {
  T value{};
  const auto end = word.data() + word.size();
  const auto [rest, error] = std::from_chars(word.data(), end, value, base);
  if (error != std::errc() || rest != end) return std::nullopt;
  return value;
}
template <std::floating_point T>
std::optional<T> to_number(std::string_view word) {
  T value{};
  const auto end = word.data() + word.size();
  const auto [rest, error] = std::from_chars(word.data(), end, value);
  if (error != std::errc() || rest != end) return std::nullopt;
  return value;
}

/// The words of a line or text; blanks of any kind part them.
inline std::vector<std::string> words_of(const std::string& text) {
  std::istringstream in(text);
  return {std::istream_iterator<std::string>(in), {}};
}

}  // namespace base
