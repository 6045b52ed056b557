#include "ledger/ledger.h"

#include "ledger/books.h"

namespace netstat {

Ledger::Ledger(Liveness& liveness)
    : books_(std::make_unique<Books>(liveness)) {}
Ledger::~Ledger() = default;

void Ledger::Books::apply(const Sample& sample) {
  page.turn(sample);
  census.take(sample.reading);
  for (const auto& close : sample.closes) endings.book(close, false);
  census.finish();
  endings.close_page();
  volumes.apply(sample.volumes);
  connections.each([&](Connection& row) {
    endings.settle(row);
    page.rates.step(row.intensity, row.flow,
                    (row.socket.flags & NETSTAT_HAS_BYTES) != 0);
  });
  processes.close_page();
  peers.close_page();
  page.rates.finish();
  tidy();
}

void Ledger::Books::apply(std::span<const netstat_close> closes) {
  if (page.number == 0) return;  // nothing is counted before the first sample
  for (const auto& close : closes) endings.book(close, true);
  endings.forget_old();
  processes.bury();
  tidy();
}

void Ledger::Books::tidy() {
  const bool deaths = processes.has_leavers();
  if (deaths)
    connections.each([&](Connection& row) {
      if (row.process->gone) endings.vanish(row);
    });
  connections.tidy();
  peers.tidy(deaths);
  processes.tidy();
}

void Ledger::apply(const Sample& sample) {
  books_->apply(sample);
}
void Ledger::apply(std::span<const netstat_close> closes) {
  books_->apply(closes);
}

const std::vector<const ConnectionRow*>& Ledger::connections() const {
  return books_->connections.list();
}
const std::vector<const ProcessRow*>& Ledger::processes() const {
  return books_->processes.list();
}
const std::vector<const PeerRow*>& Ledger::peers() const {
  return books_->peers.list();
}
const Totals& Ledger::totals() const {
  return books_->page.totals;
}
std::uint64_t Ledger::generation() const {
  return books_->page.generation;
}
const std::vector<netstat_volume>& Ledger::finished_volumes() const {
  return books_->volumes.finished();
}

}  // namespace netstat
