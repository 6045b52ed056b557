// The book of connections: one row for each socket of a process.
#pragma once

#include <memory>

#include <tsl/robin_map.h>

#include "ledger/address.h"
#include "ledger/links.h"
#include "ledger/peers.h"
#include "ledger/rows.h"

namespace netstat {

class Connections {
 public:
  Connections(Page& page, Peers& peers) : page_(page), peers_(peers) {}

  Connection* find(std::uint64_t inode) const {
    const auto at = by_inode_.find(inode);
    return at == by_inode_.end() ? nullptr : at->second.get();
  }
  /// By its ends, for those that know no inode.
  Connection* find(const netstat_socket& socket) const {
    return links_.find(ends_of(socket), socket.netns);
  }

  /// A new row with all of `socket`. To be linked after all are added.
  Connection& add(Process& owner, const netstat_socket& socket);
  void link(Connection& row);
  /// Takes a row out of the book. It stays readable until tidy().
  void remove(Connection& row);
  void tidy() { shelf_.tidy(); }

  template <class Function>
  void each(Function function) {
    shelf_.each([&](Connection& row) {
      if (!row.gone) function(row);
    });
  }
  std::size_t size() const { return by_inode_.size(); }
  const std::vector<const ConnectionRow*>& list() const {
    return shelf_.list();
  }

 private:
  Page& page_;
  Peers& peers_;
  Links links_;
  tsl::robin_map<std::uint64_t, std::unique_ptr<Connection>, Mix> by_inode_;
  Shelf<Connection, ConnectionRow, kById> shelf_;
  int last_id_ = 0;
};

}  // namespace netstat
