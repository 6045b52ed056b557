#include "eval/books.h"

namespace balance {

void Books::add(std::uint64_t move, const BookKey& value, double amount,
                double delta_s) {
  entries_.push_back({move, value, amount, delta_s});
}

double Books::at(std::string_view metric, HostId host) const {
  double sum = 0;
  for (const auto& [move, value, amount, delta_s] : entries_)
    if (value.row.empty() && value.host == host && value.metric == metric)
      sum += amount;
  return sum;
}

double Books::at_row(std::string_view metric, std::string_view row) const {
  double sum = 0;
  for (const auto& [move, value, amount, delta_s] : entries_)
    if (!row.empty() && value.row == row && value.metric == metric)
      sum += amount;
  return sum;
}

bool Books::over(const Entry& entry, const Ledger& ledger,
                 const Snapshot& snapshot) {
  const Move* move = ledger.find(entry.move);
  if (move == nullptr) return true;
  if (!move->ended()) return false;
  if (move->state != MoveState::done) return true;
  const Sample* sample = snapshot.find(entry.value.metric, entry.value.host);
  return sample != nullptr &&
         sample->received_s >= move->ended_s + entry.delta_s - 1e-3;
}

void Books::refresh(const Ledger& ledger, const Snapshot& snapshot) {
  std::erase_if(entries_, [&](const Entry& entry) {
    return over(entry, ledger, snapshot);
  });
}

}  // namespace balance
