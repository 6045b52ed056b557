// All books of a ledger, one for each concern, and the order in which a sample
// goes through them.
#pragma once

#include "ledger/census.h"
#include "ledger/connections.h"
#include "ledger/endings.h"
#include "ledger/ledger.h"
#include "ledger/peers.h"
#include "ledger/processes.h"
#include "ledger/rows.h"
#include "ledger/volume_book.h"

namespace netstat {

struct Ledger::Books {
  explicit Books(Liveness& liveness) : processes(page, liveness) {}

  void apply(const Sample& sample);
  void apply(std::span<const netstat_close> closes);
  void tidy();

  Page page;
  Processes processes;
  Peers peers{page};
  Connections connections{page, peers};
  Endings endings{page, processes, peers, connections};
  VolumeBook volumes{page, processes, peers, connections};
  Census census{page, processes, connections, endings, volumes};
};

}  // namespace netstat
