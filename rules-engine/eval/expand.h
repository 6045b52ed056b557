// %-words in the texts of actions.
#pragma once

#include <string>
#include <vector>

#include "eval/column.h"

namespace balance {

/// One element, or one decision, that a text is about. What is not defined
/// there is empty.
struct Subject {
  std::string host;        ///< %h
  std::string connection;  ///< %c
  std::string instance;    ///< %i
  std::string value;       ///< %v
  std::string process;     ///< %p, only of decisions
  std::string source;      ///< %s
  std::string target;      ///< %t
};

/// A text with a %-word is repeated for each subject, any other stays as it is.
/// Without subjects the words stay too, unless it is known that there is
/// `nothing` to name: then the text goes. `moves`: %p, %s and %t are words.
std::string expand(const std::string& text,
                   const std::vector<Subject>& subjects, bool moves,
                   bool nothing = false);

/// A number as pmie prints it.
std::string number_text(double x);
/// An element; "?" or "unknown" without a value.
std::string value_text(const Value& value);
/// The same of element `i`, of a window all its samples, the newest first;
/// texts in quotes.
void append_samples(std::string& out, const Column& column, std::size_t i);

}  // namespace balance
