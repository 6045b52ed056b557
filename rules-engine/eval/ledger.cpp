#include "eval/ledger.h"

#include <algorithm>

namespace balance {
namespace {

constexpr double kSlack_s = 1e-3;

bool alike(const Move& a, const Move& b, Each each) {
  if (each == Each::cluster) return !a.rule.empty() && !b.rule.empty();
  if (a.rule != b.rule) return false;
  switch (each) {
    case Each::source:
      return a.source == b.source;
    case Each::target:
      return a.target == b.target;
    case Each::process:
      return a.process == b.process;
    case Each::user:
      return a.user == b.user;
    default:
      return true;
  }
}

template <class Predicate>
std::size_t count(const std::vector<Move>& moves, Predicate predicate) {
  return static_cast<std::size_t>(
      std::count_if(moves.begin(), moves.end(), predicate));
}

}  // namespace

bool is_younger(double then_s, double duration_s, double now_s) {
  return now_s - then_s < duration_s - kSlack_s;
}

std::uint64_t Ledger::add(Move move) {
  move.id = ++last_id_;
  moves_.push_back(std::move(move));
  return last_id_;
}

void Ledger::end(std::uint64_t id, MoveState state, double now_s) {
  for (Move& move : moves_) {
    if (move.id != id) continue;
    move.state = state;
    move.ended_s = now_s;
  }
}

void Ledger::seen(const std::string& process, double since_s, double now_s) {
  for (Move& move : moves_) {
    const bool may_be = !move.ended() || (move.state == MoveState::done &&
                                          move.ended_s >= since_s);
    if (move.seen || move.process != process || !may_be) continue;
    move.seen = true;
    return;
  }
  Move move;
  move.process = process;
  move.asked_s = move.ended_s = now_s;
  move.state = MoveState::done;
  move.seen = true;
  add(std::move(move));
}

const Move* Ledger::find(std::uint64_t id) const {
  const auto found =
      std::find_if(moves_.begin(), moves_.end(),
                   [id](const Move& move) { return move.id == id; });
  return found == moves_.end() ? nullptr : &*found;
}

bool Ledger::cooling(const std::string& process, double duration_s,
                     double now_s) const {
  return count(moves_, [&](const Move& move) {
           return move.process == process &&
                  is_younger(move.asked_s, duration_s, now_s);
         }) > 0;
}

bool Ledger::in_flight(const std::string& process) const {
  return count(moves_, [&](const Move& move) {
           return move.process == process && !move.ended();
         }) > 0;
}

std::size_t Ledger::in_flight() const {
  return count(moves_, [](const Move& move) { return !move.ended(); });
}

bool Ledger::resting(const std::string& process, const std::string& target,
                     double retry_s, double now_s) const {
  return count(moves_, [&](const Move& move) {
           const bool bad = move.state == MoveState::refused ||
                            move.state == MoveState::failed;
           return bad && move.process == process && move.target == target &&
                  is_younger(move.ended_s, retry_s, now_s);
         }) > 0;
}

std::size_t Ledger::recent(const Move& move, Each each, double window_s,
                           double now_s) const {
  return count(moves_, [&](const Move& other) {
    if (!alike(move, other, each)) return false;
    return window_s > 0 ? is_younger(other.asked_s, window_s, now_s)
                        : other.run == move.run;
  });
}

std::size_t Ledger::in_flight(const Move& move, Each each) const {
  return count(moves_, [&](const Move& other) {
    return !other.ended() && alike(move, other, each);
  });
}

void Ledger::keep_actions(const std::set<std::uint32_t>& ids) {
  std::erase_if(asked_, [&](const auto& each) {
    return !ids.contains(each.first.first);
  });
}

bool Ledger::held_off(std::uint32_t action, HostId host, double hold_off_s,
                      double now_s) const {
  const auto found = asked_.find({action, host});
  return found != asked_.end() && is_younger(found->second, hold_off_s, now_s);
}

void Ledger::forget(double age_s, double now_s) {
  std::erase_if(moves_, [&](const Move& move) {
    return move.ended() && !is_younger(move.ended_s, age_s, now_s);
  });
}

}  // namespace balance
