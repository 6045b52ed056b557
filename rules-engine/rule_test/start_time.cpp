#include "rule_test/start_time.h"

#include <ctime>

#include "base/text.h"

namespace balance {
namespace {

/// Sets what `format` names; false if the word is not of that form.
bool set(std::tm& out, const std::string& word, const char* format) {
  std::tm read = out;
  const char* end = strptime(word.c_str(), format, &read);
  if (end == nullptr || *end != '\0') return false;
  out = read;
  return true;
}

bool set_time(std::tm& out, const std::string& word) {
  return set(out, word, "%H:%M:%S") || set(out, word, "%H:%M");
}

}  // namespace

std::optional<double> find_start_time(std::span<const std::string> words) {
  if (words.empty() || words.size() > 2) return std::nullopt;
  if (words.size() == 1)
    if (const auto epoch = base::to_number<double>(words[0]);
        epoch && *epoch >= 0 && *epoch < 1e11)
      return epoch;
  std::tm when{};
  when.tm_year = 70;
  when.tm_mday = 1;
  when.tm_isdst = -1;
  const bool day = set(when, words[0], "%Y-%m-%d");
  if (!day && words.size() == 2) return std::nullopt;
  if (!day && !set_time(when, words[0])) return std::nullopt;
  if (words.size() == 2 && !set_time(when, words[1])) return std::nullopt;
  const std::time_t out = std::mktime(&when);
  if (out == -1) return std::nullopt;
  return static_cast<double>(out);
}

}  // namespace balance
