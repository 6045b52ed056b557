// Firings of text actions, for tests.
#pragma once

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "eval/decision.h"

namespace balance {

/// Owns the actions of the firings that it makes.
class Firings {
 public:
  const Firing& make(Action::Kind kind, std::vector<std::string> strings,
                     std::vector<Subject> subjects = {}, bool moves = false) {
    Action& action = actions_.emplace_back();
    action.kind = kind;
    action.strings = std::move(strings);
    action.id = static_cast<std::uint32_t>(actions_.size());
    action.origin.place = "some:file.pmie:12:5";
    Firing& firing = firings_.emplace_back();
    firing.action = &action;
    firing.rule = "rule1";
    firing.subjects = std::move(subjects);
    firing.moves = moves;
    return firing;
  }

 private:
  std::deque<Action> actions_;
  std::deque<Firing> firings_;
};

inline Subject instance(std::string name, std::string value = "1") {
  Subject out;
  out.host = "node1";
  out.connection = "node1:44321";
  out.instance = std::move(name);
  out.value = std::move(value);
  return out;
}

}  // namespace balance
