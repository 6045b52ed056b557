#include "ledger/links.h"

namespace netstat {

namespace {

void part(Connection& row) {
  if (row.other == nullptr) return;
  row.other->other = nullptr;
  row.other->peer = nullptr;
  row.other = nullptr;
  row.peer = nullptr;
}

bool same_namespace(const Connection& a, const Connection& b) {
  return a.socket.netns == b.socket.netns;
}

}  // namespace

void Links::tie(Connection& a, Connection& b) {
  part(a);
  part(b);
  a.other = &b;
  a.peer = &b;
  b.other = &a;
  b.peer = &a;
}

Connection* Links::find(const Ends& ends) const {
  const auto at = by_ends_.find(ends);
  return at == by_ends_.end() ? nullptr : at->second;
}

Connection* Links::find(const Ends& ends, std::uint32_t netns) const {
  for (auto* row = find(ends); row != nullptr; row = row->same)
    if (row->socket.netns == netns || row->socket.netns == 0 || netns == 0)
      return row;
  return nullptr;
}

void Links::add(Connection& row) {
  if (!has_remote(row.socket)) return;
  auto& first = by_ends_[ends_of(row.socket)];
  row.same = first;
  first = &row;
}

void Links::remove(Connection& row) {
  part(row);
  if (!has_remote(row.socket)) return;
  const auto at = by_ends_.find(ends_of(row.socket));
  if (at == by_ends_.end()) return;
  Connection** link = &at.value();
  while (*link != nullptr && *link != &row) link = &(*link)->same;
  if (*link == &row) *link = row.same;
  if (at->second == nullptr) by_ends_.erase(at);
}

void Links::join(Connection& row) {
  if (!has_remote(row.socket) || row.other != nullptr) return;
  const auto ends = ends_of(row.socket);
  Connection* first = find(reversed(ends));
  for (auto* end = first; end != nullptr; end = end->same) {
    if (end == &row || !same_namespace(*end, row)) continue;
    // One that was taken for the other end of one elsewhere is ours.
    if (end->other == nullptr || !same_namespace(*end, *end->other))
      return tie(row, *end);
  }
  if (first == nullptr || first == &row || first->other != nullptr) return;
  const bool unique = first->same == nullptr && find(ends)->same == nullptr;
  if (unique && !same_namespace(row, *first) &&
      !is_loopback(row.socket.local) && !is_loopback(row.socket.remote))
    tie(row, *first);
}

}  // namespace netstat
