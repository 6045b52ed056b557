// TCP sockets that have no row any more, or never had one, and may still be
// heard of: a socket whose process let it go goes on to send what it holds, and
// one that was reset by its peer stays in the descriptor table.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <utility>

#include <tsl/robin_map.h>

#include "ledger/address.h"
#include "ledger/rows.h"

namespace netstat {

struct Past {
  netstat_socket socket{};   ///< with the counters that are charged
  netstat_process owner{};   ///< pid 0: not known
  std::uint32_t number = 0;  ///< of the sample when it was booked
  bool connected = false;    ///< see was_connected()
  bool booked = false;       ///< its end is counted
  bool told = false;         ///< its end was told of, not only seen
  Time at{};                 ///< when it was heard of last
  Time queued{};             ///< when it was put in the queue last
  bool indexed = false;      ///< may be found by its ends
};

/// Bounded in time and number.
class Memory {
 public:
  Past* find(std::uint64_t inode);
  /// One of whose end nobody told, for those that know no inode.
  Past* find(const netstat_socket& socket);
  void put(const Past& past);
  void erase(std::uint64_t inode);

  /// Forgets what is old, and gives it to `function` before.
  template <class Function>
  void expire(Time now, Function function) {
    while (Past* past = oldest(now)) {
      function(*past);
      erase(past->socket.inode);
    }
  }

 private:
  Past* oldest(Time now);

  tsl::robin_map<std::uint64_t, std::unique_ptr<Past>, Mix> by_inode_;
  tsl::robin_map<Ends, std::uint64_t, EndsHash> by_ends_;
  std::deque<std::pair<Time, std::uint64_t>> queue_;
};

}  // namespace netstat
