// A generated rule file as a tree of text, so that it can be made smaller.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace balance::testing {

struct Term {
  enum class Kind { number, truth, other };

  Kind kind = Kind::other;
  /// Stands before, between and behind the parts: one more than those.
  std::vector<std::string> pieces = {""};
  std::vector<Term> parts;

  std::string text() const;
};

/// One statement for each part, each on its own line.
struct RuleFile {
  std::vector<Term> statements;

  std::string text() const;
};

/// Files that are a little smaller: without a statement, or with a part in
/// the place of the whole that holds it. Some may not be valid.
std::vector<RuleFile> smaller(const RuleFile& file);

}  // namespace balance::testing
