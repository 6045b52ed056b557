#include "publish/mmv_text.h"

namespace balance {
namespace {

constexpr std::string_view kMore = "...";

bool continues(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

}  // namespace

std::string fit_text(std::string_view text) {
  if (text.size() <= kMmvText) return std::string(text);
  std::size_t end = kMmvText - kMore.size();
  while (end > 0 && continues(text[end])) --end;
  return std::string(text.substr(0, end)).append(kMore);
}

std::string fit_help(std::string_view help) {
  if (help.size() <= kMmvText) return std::string(help);
  std::size_t end = 0;
  for (std::size_t i = 0; i < kMmvText; ++i)
    if (help[i] == '.' && (help[i + 1] == ' ' || help[i + 1] == '\n'))
      end = i + 1;
  return end == 0 ? fit_text(help) : std::string(help.substr(0, end));
}

}  // namespace balance
