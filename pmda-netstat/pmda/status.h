// What the agent knows of itself, and of the node as a whole.
#pragma once

#include <cstdint>
#include <string>

#include "ledger/ledger.h"

namespace netstat {

struct Status {
  // Settled at the start.
  std::string source;
  bool counts_bytes = true;
  std::string closes;      ///< "bpf", "multicast" or "none: WHY"
  std::string no_volumes;  ///< why UDP and UNIX cannot be counted, or empty

  bool volumes_on = false;  ///< they are counted from now on
  std::string trouble;      ///< of the last sample; empty: none

  // Of the last sample that succeeded.
  std::uint64_t samples = 0;  ///< as many there were
  double sample_s = 0;        ///< it took
  bool volumes_seen = false;  ///< UDP and UNIX were counted
  std::uint32_t sockets = 0;
  std::uint64_t lost_closes = 0;
  std::uint64_t lost_bytes = 0;

  std::uint64_t cpu_us = 0;  ///< of the thread that samples, up to now
};

/// The node as a whole, for everybody to see.
struct Summary {
  Status status;
  Totals totals;
  std::uint32_t connections = 0;
  std::uint32_t processes = 0;
  std::uint32_t peers = 0;
  bool fresh = false;  ///< there are values, and not too old ones
  double age_s = 0;    ///< of the last sample
  double interval_s = 0;
};

}  // namespace netstat
