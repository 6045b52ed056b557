#include "ledger/endings.h"

#include <utility>
#include <vector>

namespace netstat {

namespace {

/// How many samples an end waits for a reading that shows its owner.
constexpr std::uint32_t kPatience = 3;
constexpr std::size_t kMostWaiting = 16'384;

Process* alive(Process* process) {
  return process == nullptr || process->gone ? nullptr : process;
}

bool closer_known(const netstat_close& close) {
  return close.owner == NETSTAT_OWNER_CLOSER;
}

/// What is charged of a socket's bytes, if it is still the same connection.
Bytes charged_of(const Past& past, const netstat_socket& now) {
  const auto& was = past.socket;
  const bool goes_on =
      same_ports(ends_of(was), now) ||
      (was.in_bytes <= now.in_bytes && was.out_bytes <= now.out_bytes);
  return goes_on ? bytes_of(was) : Bytes{};
}

}  // namespace

void Endings::charge(Process* owner, Peer* with, const Bytes& bytes) {
  page_.totals.counted += bytes;
  if (alive(owner) == nullptr) return;
  owner->tcp += bytes;
  owner->flow.add(bytes);
  if (with == nullptr) return;
  with->bytes += bytes;
  with->flow.add(bytes);
}

Peer* Endings::peer_of(Process* owner, const netstat_socket& socket) {
  if (alive(owner) == nullptr || !has_remote(socket)) return nullptr;
  return &peers_.at(*owner, socket.remote);
}

void Endings::count(Process* owner, const netstat_socket& socket,
                    const Bytes& bytes) {
  charge(owner, peer_of(owner, socket), bytes);
  ++page_.totals.closes;
  if (alive(owner) != nullptr) ++owner->closed;
}

void Endings::settle(Connection& row) {
  if (row.fresh.in == 0 && row.fresh.out == 0) return;
  charge(row.process, row.with, row.fresh);
  row.flow.add(row.fresh);
  row.fresh = {};
}

Past Endings::past_from(const netstat_socket& socket,
                        const netstat_process& owner) const {
  Past past;
  past.socket = socket;
  past.owner = owner;
  past.number = page_.number;
  past.connected = was_connected(socket);
  past.at = page_.now;
  return past;
}

void Endings::vanish(Connection& row) {
  settle(row);
  if (is_tcp(row.socket)) {
    auto past = past_from(row.socket, row.process->process);
    past.connected = row.connected;
    memory_.put(past);
  }
  connections_.remove(row);
}

void Endings::pass_on(Connection& row, const Process& heir) {
  if (is_tcp(row.socket)) {
    auto past = past_from(row.socket, heir.process);
    past.socket.in_bytes -= row.fresh.in;
    past.socket.out_bytes -= row.fresh.out;
    past.connected = row.connected;
    memory_.put(past);
  }
  connections_.remove(row);
}

void Endings::end(Connection& row) {
  settle(row);
  auto past = past_from(row.socket, row.process->process);
  past.booked = true;
  if (row.connected) count(row.process, row.socket, {});
  memory_.put(past);
  connections_.remove(row);
}

Endings::History Endings::recall(Process& holder,
                                 const netstat_socket& socket) {
  History history;
  if (Past* past = memory_.find(socket.inode)) {
    if (past->booked && is_over(*past, holder, socket)) return {true, true, {}};
    if (!past->booked) {
      history.connected = past->connected;
      history.charged = charged_of(*past, socket);
    }
    memory_.erase(socket.inode);
  }
  history.connected = history.connected || was_connected(socket);
  if (socket.state != kClose) return history;
  history.ended = true;
  if (!history.connected) return history;
  count(&holder, socket, gained(history.charged, bytes_of(socket)));
  auto past = past_from(socket, holder.process);
  past.booked = true;
  memory_.put(past);
  return history;
}

bool Endings::is_over(Past& past, Process& holder,
                      const netstat_socket& socket) {
  const bool closed_since_read =
      past.number == page_.number && same_ports(ends_of(past.socket), socket);
  if (socket.state != kClose && !closed_since_read) return false;
  claim(past, holder);
  return true;
}

void Endings::claim(Past& past, Process& holder) {
  past.at = page_.now;
  const auto at = waiting_.find(past.socket.inode);
  if (at == waiting_.end()) return;
  attribute(at->second.close, &holder);
  past.owner = holder.process;
  waiting_.erase(at);
}

Connection* Endings::row_of(const netstat_socket& socket) const {
  if (socket.inode == 0) return connections_.find(socket);
  auto* row = connections_.find(socket.inode);
  const bool ours = row != nullptr && is_tcp(row->socket) &&
                    same_ports(ends_of(row->socket), socket);
  return ours ? row : nullptr;
}

Past* Endings::past_of(const netstat_socket& socket) {
  if (socket.inode == 0) return memory_.find(socket);
  auto* past = memory_.find(socket.inode);
  const bool ours =
      past != nullptr && same_ports(ends_of(past->socket), socket);
  return ours ? past : nullptr;
}

void Endings::book(const netstat_close& close, bool reading_to_come) {
  if (auto* row = row_of(close.socket)) return book(*row, close);
  if (auto* past = past_of(close.socket)) return book(*past, close);
  if (close.socket.inode == 0 && !reading_to_come)
    return nameless_.push_back(close);  // the reading may have had it first
  const auto patience = close.owner == NETSTAT_OWNER_OPENER
                            ? (reading_to_come ? 1 : 0)
                            : kPatience;
  book_unseen(close, page_.number + patience);
}

void Endings::book(Connection& row, const netstat_close& close) {
  settle(row);
  Process* owner =
      closer_known(close) ? processes_.told(close.process) : row.process;
  count(owner, row.socket,
        gained(bytes_of(row.socket), bytes_of(close.socket)));
  auto past = past_from(
      row.socket, closer_known(close) ? close.process : row.process->process);
  raise(past.socket, bytes_of(close.socket));
  past.booked = past.told = true;
  memory_.put(past);
  connections_.remove(row);
}

void Endings::book(Past& past, const netstat_close& close) {
  past.at = page_.now;
  const auto more = gained(bytes_of(past.socket), bytes_of(close.socket));
  raise(past.socket, bytes_of(close.socket));
  const bool again = std::exchange(past.booked, true);
  past.told = true;
  const auto at = waiting_.find(past.socket.inode);
  if (at != waiting_.end()) {
    raise(at.value().close.socket, bytes_of(close.socket));
    if (closer_known(close)) {
      past.owner = close.process;
      const auto waiting = at->second.close;
      waiting_.erase(at);
      attribute(waiting, processes_.told(close.process));
    }
    return;
  }
  if (closer_known(close)) past.owner = close.process;
  if (past.owner.pid == 0) {
    page_.totals.unattributed += more;
    return;
  }
  Process* owner = closer_known(close) ? processes_.told(close.process)
                                       : processes_.find(past.owner);
  if (again)
    charge(owner, peer_of(owner, past.socket), more);
  else
    count(owner, past.socket, more);
}

void Endings::book_unseen(const netstat_close& close, std::uint32_t until) {
  const auto inode = close.socket.inode;
  if (const auto at = waiting_.find(inode); at != waiting_.end()) {
    attribute(at->second.close, nullptr);  // the socket has connected again
    waiting_.erase(at);
  }
  if (inode != 0) {
    auto past = past_from(close.socket, close.owner == NETSTAT_OWNER_UNKNOWN
                                            ? netstat_process{}
                                            : close.process);
    past.booked = past.told = true;
    memory_.put(past);
  }
  if (closer_known(close))
    count(processes_.told(close.process), close.socket, bytes_of(close.socket));
  else if (inode != 0 && waiting_.size() < kMostWaiting)
    waiting_[inode] = {close, until};
  else
    attribute(close, nullptr);
}

void Endings::attribute(const netstat_close& close, Process* holder) {
  const auto bytes = bytes_of(close.socket);
  const auto netns = close.socket.netns;
  if (holder != nullptr) {
    count(holder, close.socket, bytes);
  } else if (close.owner == NETSTAT_OWNER_OPENER) {
    count(processes_.told(close.process), close.socket, bytes);
  } else if (netns == 0 || namespaces_.contains(netns)) {
    page_.totals.unattributed += bytes;
    ++page_.totals.closes;
  }
}

void Endings::close_page() {
  for (const auto& close : std::exchange(nameless_, {})) {
    if (auto* row = row_of(close.socket))
      book(*row, close);
    else
      book_unseen(close, page_.number);
  }
  std::vector<netstat_close> due;
  for (const auto& [inode, waiting] : waiting_)
    if (waiting.until <= page_.number) due.push_back(waiting.close);
  for (const auto& close : due) {
    waiting_.erase(close.socket.inode);
    attribute(close, nullptr);
  }
  forget_old();
}

void Endings::forget_old() {
  memory_.expire(page_.now, [&](const Past& past) {
    if (!past.booked && past.connected)
      count(processes_.find(past.owner), past.socket, {});
  });
}

}  // namespace netstat
