#include "eval/books.h"

namespace balance {

void Books::add(std::uint64_t move, const std::string& metric, HostId host,
                double amount, double delta_s) {
  entries_.push_back({move, metric, host, amount, delta_s});
}

double Books::at(const std::string& metric, HostId host) const {
  double sum = 0;
  for (const Entry& entry : entries_)
    if (entry.host == host && entry.metric == metric) sum += entry.amount;
  return sum;
}

bool Books::over(const Entry& entry, const Ledger& ledger,
                 const Snapshot& snapshot) {
  const Move* move = ledger.find(entry.move);
  if (move == nullptr) return true;
  if (!move->ended()) return false;
  if (move->state != MoveState::done) return true;
  const Sample* sample = snapshot.find(entry.metric, entry.host);
  return sample != nullptr &&
         sample->received_s >= move->ended_s + entry.delta_s - 1e-3;
}

void Books::refresh(const Ledger& ledger, const Snapshot& snapshot) {
  std::erase_if(entries_, [&](const Entry& entry) {
    return over(entry, ledger, snapshot);
  });
}

}  // namespace balance
