#include "ledger/connections.h"

#include "ledger/names.h"

namespace netstat {

Connection& Connections::add(Process& owner, const netstat_socket& socket) {
  auto made = std::make_unique<Connection>();
  Connection& row = *made;
  row.id = next_id(last_id_);
  row.name = connection_name(owner.process, socket);
  row.socket = socket;
  row.owner = row.process = &owner;
  row.seen = row.held = page_.number;
  ++owner.connections;
  if (has_remote(socket)) {
    row.with = &peers_.at(owner, socket.remote);
    peers_.join(*row.with);
  }
  by_inode_[socket.inode] = std::move(made);
  links_.add(row);
  shelf_.add(row);
  ++page_.generation;
  return row;
}

void Connections::link(Connection& row) {
  if (row.socket.protocol != NETSTAT_UNIX) return links_.join(row);
  if (row.socket.peer_inode == 0) return;
  Connection* end = find(row.socket.peer_inode);
  if (end == nullptr || end == &row || end->other != nullptr) return;
  const auto back = end->socket.peer_inode;
  if (end->socket.protocol == NETSTAT_UNIX &&
      (back == row.socket.inode || back == 0))
    Links::tie(row, *end);
}

void Connections::remove(Connection& row) {
  links_.remove(row);
  --row.process->connections;
  if (row.with != nullptr) peers_.part(*row.with);
  const auto at = by_inode_.find(row.socket.inode);
  auto kept = std::move(at.value());
  by_inode_.erase(at);
  shelf_.leave(std::move(kept));
  ++page_.generation;
}

}  // namespace netstat
