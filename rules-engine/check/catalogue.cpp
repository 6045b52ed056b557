#include "check/catalogue.h"

#include <algorithm>

#include <fmt/format.h>

#include "lang/words.h"

namespace balance::check {
namespace {

bool is_word(std::string_view text) {
  return text.find('.') == std::string_view::npos && lang::is_bare_name(text);
}

}  // namespace

const ActionSpec* find_action(Catalogue catalogue, std::string_view word) {
  const auto found =
      std::find_if(catalogue.begin(), catalogue.end(),
                   [&](const ActionSpec& one) { return one.word == word; });
  return found == catalogue.end() ? nullptr : &*found;
}

bool has_clause(const ActionSpec& action, std::string_view word) {
  return std::any_of(action.clauses.begin(), action.clauses.end(),
                     [&](const ClauseSpec& one) { return one.word == word; });
}

std::vector<std::string> words_of(Catalogue catalogue) {
  std::vector<std::string> words;
  for (const ActionSpec& action : catalogue) words.push_back(action.word);
  return words;
}

std::vector<std::string> clause_words(const ActionSpec& action) {
  std::vector<std::string> words;
  for (const ClauseSpec& clause : action.clauses) words.push_back(clause.word);
  return words;
}

void check_words(Catalogue catalogue, base::Diagnostics& diagnostics) {
  constexpr std::string_view kWhy =
      "it is a unit, a word of the language, or has other signs than letters, "
      "digits and _";
  for (const ActionSpec& action : catalogue) {
    if (!is_word(action.word)) {
      diagnostics.error(
          "C21", {},
          fmt::format("no action may be called `{}`: {}", action.word, kWhy));
    }
    for (const ClauseSpec& clause : action.clauses) {
      if (is_word(clause.word)) continue;
      diagnostics.error("C21", {},
                        fmt::format("no clause of `{}` may be called `{}`: {}",
                                    action.word, clause.word, kWhy));
    }
  }
}

}  // namespace balance::check
