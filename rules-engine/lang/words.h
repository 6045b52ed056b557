// Which words can be written without quotes.
#pragma once

#include <string_view>

namespace balance::lang {

/// A byte of a word: a letter, a digit or `_`.
bool is_word(char byte);
/// pmie's `minute hour day month year day_of_week delta`.
bool is_time_variable(std::string_view name);
/// Whether `text` is read as a name everywhere when written without quotes:
/// no word of the language, no unit, not `max` (which opens an operand).
bool is_bare_name(std::string_view text);

}  // namespace balance::lang
