#include "ledger/census.h"

namespace netstat {

namespace {

/// Whether the row is of what `now` shows. An end of TCP is one of the
/// connection that was, whatever is left of its addresses.
bool goes_on(const Connection& row, const netstat_socket& now) {
  return same_ends(row.socket, now) ||
         (is_tcp(now) && now.state == kClose && is_tcp(row.socket));
}

}  // namespace

void Census::take(const Reading& reading) {
  kept_ = 0;
  closed_.clear();
  arrivals_.clear();
  if (!arrival_of_.empty()) arrival_of_.clear();
  for (const auto& holder : reading.holders) {
    if (holder.count == 0) continue;
    auto& process = processes_.seen(holder.process);
    for (std::size_t i = 0; i < holder.count; ++i)
      see(process, reading.sockets[holder.first + i]);
  }
  if (kept_ != connections_.size()) check_leavers();
}

void Census::see(Process& holder, const netstat_socket& socket) {
  Connection* row = connections_.find(socket.inode);
  if (row == nullptr || !goes_on(*row, socket))
    return arrive({&holder, &socket, nullptr});
  if (row->seen != page_.number) {
    row->seen = page_.number;
    row->candidate = nullptr;
    update(*row, socket);
  }
  if (row->process == &holder) {
    if (row->held != page_.number) ++kept_;
    row->held = page_.number;
  } else if (row->candidate == nullptr || younger(holder, *row->candidate)) {
    row->candidate = &holder;
  }
}

void Census::update(Connection& row, const netstat_socket& now) {
  auto& was = row.socket;
  was.state = now.state;
  if (!is_tcp(now)) {
    was.flags = page_.volumes_on ? NETSTAT_HAS_BYTES : 0;
    return;
  }
  row.fresh += gained(bytes_of(was), bytes_of(now));
  raise(was, bytes_of(now));
  was.flags = now.flags;
  was.rtt_us = now.rtt_us;
  was.retrans = std::max(was.retrans, now.retrans);
  row.connected = row.connected || was_connected(now);
  if (now.state == kClose) closed_.push_back(&row);
}

void Census::check_leavers() {
  connections_.each([&](Connection& row) {
    if (row.held == page_.number) return;
    Process* heir = row.seen == page_.number ? row.candidate : nullptr;
    if (heir == nullptr || heir->gone) return endings_.vanish(row);
    arrive({heir, &row.socket, &row});
    endings_.pass_on(row, *heir);
  });
}

void Census::arrive(const Arrival& arrival) {
  const auto [at, first] =
      arrival_of_.try_emplace(arrival.socket->inode, arrivals_.size());
  if (first) return arrivals_.push_back(arrival);
  auto& known = arrivals_[at->second];
  if (younger(*arrival.holder, *known.holder)) known = arrival;
}

void Census::finish() {
  for (auto* row : closed_)
    if (!row->gone) endings_.end(*row);
  added_.clear();
  for (const auto& arrival : arrivals_) settle_in(arrival);
  for (auto* row : added_) connections_.link(*row);
}

void Census::settle_in(const Arrival& arrival) {
  const auto& socket = *arrival.socket;
  endings_.show(socket.netns);
  if (connections_.find(socket.inode) != nullptr) return;
  if (!is_tcp(socket)) {
    auto& row = add(arrival);
    const auto bytes = volumes_.of_socket(socket.inode);
    row.socket.in_bytes = bytes.in;
    row.socket.out_bytes = bytes.out;
    row.socket.flags = page_.volumes_on ? NETSTAT_HAS_BYTES : 0;
    return;
  }
  const auto history = endings_.recall(*arrival.holder, socket);
  if (history.ended) return;
  auto& row = add(arrival);
  row.fresh = gained(history.charged, bytes_of(socket));
  row.connected = history.connected;
}

Connection& Census::add(const Arrival& arrival) {
  auto& row = connections_.add(*arrival.holder, *arrival.socket);
  if (arrival.before != nullptr) {
    row.intensity = arrival.before->intensity;
    row.flow = arrival.before->flow;
  } else if (is_tcp(row.socket) ||
             (page_.volumes_on && page_.volumes_were_on)) {
    page_.rates.born(row.intensity, row.flow);
  }
  added_.push_back(&row);
  return row;
}

}  // namespace netstat
