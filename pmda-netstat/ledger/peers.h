// The book of peers: processes and the addresses that they talk to.
#pragma once

#include <memory>

#include <tsl/robin_map.h>

#include "ledger/address.h"
#include "ledger/rows.h"

namespace netstat {

class Peers {
 public:
  explicit Peers(Page& page) : page_(page) {}

  /// The row of a process and an address, which is made if there is none.
  Peer& at(Process& process, const std::uint8_t (&addr)[16]);
  /// A connection comes and goes.
  void join(Peer& peer);
  void part(Peer& peer);

  /// Steps the rates; drops rows that are idle for long, or that are too many.
  void close_page();
  /// Forgets the rows of processes that are gone, if `deaths`.
  void tidy(bool deaths);

  const std::vector<const PeerRow*>& list() const { return shelf_.list(); }

 private:
  struct Key {
    const Process* process;
    std::uint64_t addr[2];
    bool operator==(const Key&) const = default;
  };
  struct Hash {
    std::size_t operator()(const Key& key) const;
  };
  static Key key_of(const Process& process, const std::uint8_t (&addr)[16]);
  void drop(const Peer& peer);
  void make_room();

  Page& page_;
  tsl::robin_map<Key, std::unique_ptr<Peer>, Hash> rows_;
  Shelf<Peer, PeerRow, kById> shelf_;
  int last_id_ = 0;
};

}  // namespace netstat
