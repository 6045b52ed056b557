#include "ledger/oracle.h"

namespace netstat::world {

void Oracle::charge(Book& book, Job* job, const netstat_socket& now) {
  const Bytes more{now.in_bytes - book.charged.in,
                   now.out_bytes - book.charged.out};
  book.charged = {now.in_bytes, now.out_bytes};
  for (auto* sum : {job == nullptr ? &unattributed : &counted,
                    job == nullptr ? nullptr : &accounts[job].tcp}) {
    if (sum == nullptr) continue;
    sum->in += more.in;
    sum->out += more.out;
  }
}

void Oracle::count_end(Book& book, Job* job) {
  book.ended = true;
  ++closes;
  if (job != nullptr) ++accounts[job].closed;
}

void Oracle::claim(Book& book, Job* job, const netstat_socket& now) {
  book.waiting = false;
  book.owner = job;
  charge(book, job, now);
  count_end(book, job);
}

void Oracle::see(const Snapshot::Entry& entry, bool ends_now) {
  auto& book = books_[entry.socket];
  Job* heir = entry.holders.front();
  if (book.waiting) return claim(book, heir, entry.now);
  if (book.ended) return;
  const bool held =
      std::count(entry.holders.begin(), entry.holders.end(), book.owner) > 0;
  // The record tells more of one that was not known before.
  if (book.owner == nullptr && ends_now) return;
  if (!held) book.owner = heir;
  charge(book, book.owner, entry.now);
  if (ends_now) return;
  if (entry.now.state == kClosed) return count_end(book, book.owner);
  rows[entry.socket] = book.owner;
}

void Oracle::tell(const Record& record, unsigned patience) {
  auto& book = books_[record.socket];
  const auto owner = record.close.owner;
  const auto& last = record.close.socket;
  if (book.ended || book.waiting) return;
  rows.erase(record.socket);
  if (owner == NETSTAT_OWNER_CLOSER) return claim(book, record.job, last);
  if (book.owner != nullptr) return claim(book, book.owner, last);
  book.waiting = true;
  book.fallback = record.job;
  book.until = number_ + (record.job != nullptr ? patience : 3);
}

void Oracle::wait_enough() {
  for (auto& [socket, book] : books_)
    if (book.waiting && book.until <= number_)
      claim(book, book.fallback, socket->now);
}

void Oracle::apply(const Snapshot& snapshot,
                   const std::vector<Record>& records) {
  ++number_;
  rows.clear();
  std::set<Socket*> ending;
  for (const auto& record : records) ending.insert(record.socket);
  for (const auto& entry : snapshot.entries)
    if (entry.now.protocol == NETSTAT_TCP)
      see(entry, ending.contains(entry.socket));
  for (const auto& record : records) tell(record, 0);
  for (const auto& entry : snapshot.entries) {  // whom they tell nothing of
    auto& book = books_[entry.socket];
    if (book.waiting) claim(book, entry.holders.front(), entry.socket->now);
  }
  wait_enough();
}

void Oracle::apply(const std::vector<Record>& records) {
  for (const auto& record : records) tell(record, 1);
}

void Oracle::give_up() {
  for (auto& [socket, book] : books_)
    if (!book.ended && book.owner != nullptr && socket->holders.empty())
      count_end(book, book.owner);
}

}  // namespace netstat::world
