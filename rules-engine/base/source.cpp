#include "base/source.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace base {
namespace {

bool continues_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

}  // namespace

SourceFile::SourceFile(std::string name, std::string text)
    : name_(std::move(name)), text_(std::move(text)), starts_{0} {
  if (text_.size() > kMaxSource) text_.resize(kMaxSource);
  for (std::size_t i = 0; i < text_.size(); ++i) {
    if (text_[i] == '\n') starts_.push_back(i + 1);
  }
}

Place SourceFile::place(std::size_t offset) const {
  offset = std::min(offset, text_.size());
  const auto after = std::upper_bound(starts_.begin(), starts_.end(), offset);
  const auto begin = static_cast<std::ptrdiff_t>(*(after - 1));
  const auto characters =
      std::count_if(text_.begin() + begin,
                    text_.begin() + static_cast<std::ptrdiff_t>(offset),
                    [](char byte) { return !continues_character(byte); });
  return {static_cast<std::size_t>(after - starts_.begin()),
          static_cast<std::size_t>(characters) + 1};
}

std::string_view SourceFile::line(std::size_t line) const {
  if (line == 0 || line > starts_.size()) return {};
  const std::size_t begin = starts_[line - 1];
  std::size_t end = std::min(text_.find('\n', begin), text_.size());
  if (end > begin && text_[end - 1] == '\r') --end;
  return std::string_view(text_).substr(begin, end - begin);
}

std::size_t SourceFile::line_begin(std::size_t offset) const {
  return *(std::upper_bound(starts_.begin(), starts_.end(), offset) - 1);
}

Span join(const Span& first, const Span& last) {
  return {first.file, std::min(first.begin, last.begin),
          std::max(first.end, last.end)};
}

std::string_view text_of(const Span& span) {
  if (span.file == nullptr || span.begin > span.end) return {};
  const std::string_view text = span.file->text();
  const std::size_t begin = std::min<std::size_t>(span.begin, text.size());
  return text.substr(begin, span.end - begin);
}

std::string place_text(const Span& span) {
  if (span.file == nullptr) return {};
  const Place place = span.file->place(span.begin);
  return fmt::format("{}:{}:{}", span.file->name(), place.line, place.column);
}

}  // namespace base
