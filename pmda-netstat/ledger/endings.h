// The book of TCP connections that ended, each counted once, and of what they
// moved last.
#pragma once

#include <cstdint>
#include <vector>

#include <tsl/robin_map.h>
#include <tsl/robin_set.h>

#include "ledger/connections.h"
#include "ledger/past.h"
#include "ledger/peers.h"
#include "ledger/processes.h"
#include "ledger/rows.h"

namespace netstat {

class Endings {
 public:
  Endings(Page& page, Processes& processes, Peers& peers,
          Connections& connections)
      : page_(page),
        processes_(processes),
        peers_(peers),
        connections_(connections) {}

  /// A record of an end. `reading_to_come`: it was read between two samples, so
  /// the next reading is the first that may know its owner.
  void book(const netstat_close& close, bool reading_to_come);

  /// Charges what a row moved since the last sample to its owner.
  void settle(Connection& row);
  /// A row whose socket nobody holds any more: its end will be told of.
  void vanish(Connection& row);
  /// A row whose socket goes on as another's: `heir` will be charged.
  void pass_on(Connection& row, const Process& heir);
  /// A row whose socket is in state CLOSE, and nobody told of its end.
  void end(Connection& row);

  /// A network namespace that readings show.
  void show(std::uint32_t netns) {
    if (netns != 0) namespaces_.insert(netns);
  }

  /// What is known of a socket that has no row and is there (again).
  struct History {
    bool ended = false;      ///< its end is booked: there is to be no row
    bool connected = false;  ///< see was_connected()
    Bytes charged;           ///< of its bytes
  };
  /// The past of a socket of `holder`. If it is at its end and that was not
  /// told, this books it.
  History recall(Process& holder, const netstat_socket& socket);

  /// After the reading and its closes: what had to wait long enough.
  void close_page();
  /// Between two samples, too, so that what is kept stays bounded.
  void forget_old();

 private:
  struct Waiting {
    netstat_close close;
    std::uint32_t until;  ///< the number of a sample
  };

  Connection* row_of(const netstat_socket& socket) const;
  Past* past_of(const netstat_socket& socket);
  void book(Connection& row, const netstat_close& close);
  void book(Past& past, const netstat_close& close);
  void book_unseen(const netstat_close& close, std::uint32_t until);
  bool is_over(Past& past, Process& holder, const netstat_socket& socket);
  void claim(Past& past, Process& holder);
  void attribute(const netstat_close& close, Process* holder);
  void count(Process* owner, const netstat_socket& socket, const Bytes& bytes);
  void charge(Process* owner, Peer* with, const Bytes& bytes);
  Peer* peer_of(Process* owner, const netstat_socket& socket);
  Past past_from(const netstat_socket& socket,
                 const netstat_process& owner) const;

  Page& page_;
  Processes& processes_;
  Peers& peers_;
  Connections& connections_;
  Memory memory_;
  /// Ends of which the owner is not known, by inode.
  tsl::robin_map<std::uint64_t, Waiting, Mix> waiting_;
  /// Ends of sockets that have no inode and no row yet.
  std::vector<netstat_close> nameless_;
  /// That readings have shown. The kernel uses their numbers again.
  tsl::robin_set<std::uint32_t> namespaces_;
};

}  // namespace netstat
