// Takes the tokens of a line of a rule test one by one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rule_test/test_file.h"
#include "rule_test/tokens.h"

namespace balance {

/// After the first fault nothing more is taken: who reads need not look after
/// each token.
class Cursor {
 public:
  /// `end`: the offset behind the line.
  Cursor(std::vector<Token> tokens, std::size_t end)
      : tokens_(std::move(tokens)), end_(end) {}

  bool done() const { return at_ == tokens_.size(); }
  /// Of the next token; of the end of the line if there is none.
  std::size_t offset() const;
  /// "" at the end.
  std::string_view peek() const { return done() ? "" : tokens_[at_].text; }
  /// `what` is missing if there is no token. Quotes are kept.
  std::string_view take(std::string_view what);
  /// Without quotes.
  std::string word(std::string_view what);
  bool take_if(std::string_view text);
  void expect(std::string_view text);

  /// A number from 0 on.
  double number(std::string_view what);
  /// `30 sec`, in seconds.
  double time(std::string_view what);
  /// The number of an evaluation, or a time.
  Moment moment();
  When when();

  void fail(std::size_t offset, std::string what);
  const std::optional<TextFault>& fault() const { return fault_; }

 private:
  std::optional<double> take_unit();
  void part_dots();

  std::vector<Token> tokens_;
  std::size_t end_;
  std::size_t at_ = 0;
  std::optional<TextFault> fault_;
};

}  // namespace balance
