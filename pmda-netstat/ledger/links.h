// Which connections are the two ends of one, on this node.
#pragma once

#include <tsl/robin_map.h>

#include "ledger/address.h"
#include "ledger/rows.h"

namespace netstat {

/// An index of the ends of TCP and UDP sockets. Looked into when a row is made,
/// not at every sample.
class Links {
 public:
  void add(Connection& row);
  /// Parts it from its other end, too.
  void remove(Connection& row);

  /// Joins a row with its other end: in the same network namespace, or, if the
  /// address means the same everywhere, the only one in another namespace. All
  /// rows of a sample are to be added before.
  void join(Connection& row);
  /// Two ends of a UNIX socket.
  static void tie(Connection& a, Connection& b);

  /// In a network namespace, of which 0 may be any. Null: there is none.
  Connection* find(const Ends& ends, std::uint32_t netns) const;

 private:
  Connection* find(const Ends& ends) const;

  tsl::robin_map<Ends, Connection*, EndsHash> by_ends_;
};

}  // namespace netstat
