// Statements by the tree walker: their values, and which actions they execute.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "testing/tree_shown.h"
#include "testing/tree_subjects.h"

namespace balance::testing {

/// A text action to execute.
struct Fired {
  lang::Keyword keyword = lang::Keyword::print;
  std::vector<std::string> strings;  ///< %-words replaced
};
/// Whether it succeeded.
using Execute = std::function<bool(const Fired&)>;

class TreeRule {
 public:
  /// A statement that is neither a text, nor a template, nor sets delta.
  TreeRule(const check::Checked& checked, const check::CheckedFile& file,
           std::size_t statement);

  /// "FILE:LINE:COLUMN".
  const std::string& place() const { return place_; }
  double delta_s() const { return delta_s_; }
  bool ambiguous() const;

  /// Once for each tick at which it is due.
  void evaluate(const Snapshot& snapshot, const Execute& execute);
  /// Of the last tick. A rule's condition, a ruleset's last one; null for an
  /// action without condition.
  const TreeShown* value() const;
  bool is_ruleset() const { return is_ruleset_; }
  /// What is shown of a ruleset: the last condition that was looked at, after
  /// `otherwise` true, after `unknown` unknown.
  Tri ruleset_value() const { return ruleset_value_; }

 private:
  struct Branch {
    TreeShown condition;
    TreeSubjects subjects;
    lang::ActionId action;
  };

  void add(const check::Checked& checked, const lang::Rule& rule);
  struct Now {
    double now_s;
    const Execute& execute;
    const TreeSubjects* subjects;  ///< null: %-words stay
  };
  struct Last {
    double at_s = 0;
    bool success = false;
  };

  void decide(const std::vector<Tri>& truths, Now now);
  bool execute(lang::ActionId id, const Now& now);
  bool execute(lang::ActionId id, const lang::TextAction& action,
               const Now& now);

  const std::vector<std::string>& hosts_;
  const check::CheckedFile& file_;
  std::string place_;
  double delta_s_;
  std::vector<Branch> branches_;
  std::optional<TreeShown> expression_;
  std::optional<lang::ActionId> bare_, unknown_, otherwise_;
  std::map<lang::ActionId, Last> executed_;
  bool is_ruleset_ = false;
  Tri ruleset_value_ = Tri::unknown;
};

/// All of them, in the order of the files.
std::vector<TreeRule> tree_rules(const check::Checked& checked);

}  // namespace balance::testing
