// Which metrics of which hosts each task needs.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "action/plugin.h"
#include "eval/snapshot.h"
#include "program/program.h"

namespace balance {

/// What its rules name and, where a rule has a plugin's action, what the plugin
/// needs, of all hosts of the program: a candidate may run on any of them.
class Wants {
 public:
  /// Tells `source` all of it.
  Wants(const Program& program, const Plugins& plugins, Source& source);

  /// Of a task, an index into Program::tasks; ascending, each once.
  const std::vector<FeedId>& of(std::size_t task) const {
    return of_task_[task];
  }
  /// The words of the plugin actions in rules.
  const std::set<std::string>& words() const { return words_; }
  /// Of several.
  std::vector<FeedId> of(const std::vector<std::size_t>& tasks) const;

 private:
  std::set<std::string> words_;
  std::vector<std::vector<FeedId>> of_task_;
};

}  // namespace balance
