#include "rule_test/words.h"

#include <array>
#include <utility>

namespace balance {
namespace {

constexpr std::array<std::pair<Reason, std::string_view>, 11> kReasons = {{
    {Reason::taken, "taken"},
    {Reason::where, "where"},
    {Reason::unknown, "unknown"},
    {Reason::no_key, "no-key"},
    {Reason::in_flight, "in-flight"},
    {Reason::cooldown, "cooldown"},
    {Reason::limit, "limit"},
    {Reason::no_target, "no-target"},
    {Reason::at_home, "at-home"},
    {Reason::no_place, "no-place"},
    {Reason::not_needed, "not-needed"},
}};

}  // namespace

std::string_view to_string(Reason reason) {
  for (const auto& [known, word] : kReasons)
    if (known == reason) return word;
  return "";
}

std::vector<std::string> reason_words() {
  std::vector<std::string> out;
  for (const auto& [reason, word] : kReasons) out.emplace_back(word);
  return out;
}

std::string_view to_string(Tri truth) {
  if (truth == Tri::unknown) return "unknown";
  return truth == Tri::yes ? "true" : "false";
}

std::optional<Tri> find_truth(std::string_view word) {
  for (const Tri truth : {Tri::yes, Tri::no, Tri::unknown})
    if (word == to_string(truth)) return truth;
  return std::nullopt;
}

std::optional<MoveState> find_move_state(std::string_view word) {
  if (word == "done") return MoveState::done;
  if (word == "failed") return MoveState::failed;
  if (word == "refused") return MoveState::refused;
  return std::nullopt;
}

bool is_text_action(std::string_view word) {
  return word == "print" || word == "alarm" || word == "syslog" ||
         word == "shell" || word == "stomp";
}

}  // namespace balance
