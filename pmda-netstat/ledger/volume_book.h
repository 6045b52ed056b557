// The book of bytes through UDP and UNIX sockets, exact for each caller.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <tsl/robin_map.h>

#include "ledger/connections.h"
#include "ledger/peers.h"
#include "ledger/processes.h"
#include "ledger/rows.h"

namespace netstat {

class VolumeBook {
 public:
  VolumeBook(Page& page, Processes& processes, Peers& peers,
             Connections& connections)
      : page_(page),
        processes_(processes),
        peers_(peers),
        connections_(connections) {}

  void apply(std::span<const netstat_volume> volumes);
  /// Of all callers of a socket, so far.
  Bytes of_socket(std::uint64_t inode) const;
  const std::vector<netstat_volume>& finished() const { return finished_; }

 private:
  struct Key {
    std::uint64_t inode;
    std::uint64_t start_ticks;
    std::uint64_t pid;
    bool operator==(const Key&) const = default;
  };
  struct Hash {
    std::size_t operator()(const Key& key) const {
      return Mix()(Mix()(Mix()(key.inode) + key.start_ticks) + key.pid);
    }
  };
  struct Entry {
    Bytes counted;
    std::uint32_t seen = 0;     ///< numbers of samples: that had the entry,
    std::uint32_t changed = 0;  ///< where its bytes changed,
    std::uint32_t listed = 0;   ///< where the reading had its socket
    bool finished = false;
  };

  static bool was_made_anew(const Entry& entry, const netstat_volume& now);
  void charge(const netstat_volume& volume, const Bytes& bytes);
  void forget_missing();

  Page& page_;
  Processes& processes_;
  Peers& peers_;
  Connections& connections_;
  tsl::robin_map<Key, Entry, Hash> entries_;
  tsl::robin_map<std::uint64_t, Bytes, Mix> by_socket_;
  std::vector<netstat_volume> finished_;
};

}  // namespace netstat
