// Reads who holds which socket: what goes on, what left, what is new.
#pragma once

#include <vector>

#include <tsl/robin_map.h>

#include "ledger/connections.h"
#include "ledger/endings.h"
#include "ledger/processes.h"
#include "ledger/rows.h"
#include "ledger/volume_book.h"

namespace netstat {

class Census {
 public:
  Census(Page& page, Processes& processes, Connections& connections,
         Endings& endings, const VolumeBook& volumes)
      : page_(page),
        processes_(processes),
        connections_(connections),
        endings_(endings),
        volumes_(volumes) {}

  /// Before the sample's closes: brings the rows up to date, and takes out
  /// those whose sockets left.
  void take(const Reading& reading);
  /// After them: makes rows of what is new and did not end meanwhile.
  void finish();

 private:
  struct Arrival {
    Process* holder;
    const netstat_socket* socket;
    const Connection* before;  ///< the row of the last owner, or null
  };

  void see(Process& holder, const netstat_socket& socket);
  void update(Connection& row, const netstat_socket& now);
  void check_leavers();
  void arrive(const Arrival& arrival);
  void settle_in(const Arrival& arrival);
  Connection& add(const Arrival& arrival);

  Page& page_;
  Processes& processes_;
  Connections& connections_;
  Endings& endings_;
  const VolumeBook& volumes_;
  std::size_t kept_ = 0;  ///< rows whose owners still hold their sockets
  std::vector<Connection*> closed_;  ///< rows in state CLOSE
  std::vector<Arrival> arrivals_;
  tsl::robin_map<std::uint64_t, std::size_t, Mix> arrival_of_;  ///< by inode
  std::vector<Connection*> added_;
};

}  // namespace netstat
