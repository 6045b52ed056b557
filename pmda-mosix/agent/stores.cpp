#include "agent/stores.h"

#include <algorithm>
#include <cmath>

#include "api/job_name.h"
#include "base/text.h"

namespace mosix {

using base::to_number;
using base::words_of;

namespace {

constexpr int kMaxNode = 65535;
constexpr std::size_t kMaxId = 128;

bool is_destination(std::int64_t value) {
  return value >= kBest && value <= kMaxNode;
}

std::optional<int> destination(const std::string& word) {
  if (word == "home") return kHome;
  if (word == "best") return kBest;
  const auto value = to_number<int>(word);
  if (!value || !is_destination(*value)) return std::nullopt;
  return value;
}

bool is_id(const std::string& word) {
  return word.size() <= kMaxId &&
         std::all_of(word.begin(), word.end(),
                     [](char c) { return c > ' ' && c < '\x7f'; });
}

}  // namespace

std::optional<RequestText> parse_request(const std::string& text) {
  const std::vector<std::string> words = words_of(text);
  if (words.size() != 3 || !is_id(words[0]) || !parse_job_name(words[1]))
    return std::nullopt;
  const auto to = destination(words[2]);
  if (!to) return std::nullopt;
  return RequestText{words[0], words[1], *to};
}

std::optional<double> parse_weight(const agent::Value& value) {
  const auto* number = std::get_if<double>(&value);
  if (number == nullptr || !std::isfinite(*number) || *number < 0)
    return std::nullopt;
  return *number;
}

std::optional<int> parse_destination(const agent::Value& value) {
  const auto* number = std::get_if<std::int64_t>(&value);
  if (number == nullptr || !is_destination(*number)) return std::nullopt;
  return static_cast<int>(*number);
}

}  // namespace mosix
