// What one client may see of a snapshot, row by row as its instances are.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "agent/instance_table.h"
#include "api/api.h"

namespace mosix {

/// The agent's instance domains, by serial.
enum Indom : int {
  kNodes,
  kProcesses,
  kTasks,
  kRequests,
  kRuleSets,
  kIndomCount
};

/// Whose rows of processes are shown.
struct Eyes {
  bool all = false;  ///< everybody's
  long uid = -1;     ///< else this user's; -1: nobody's
};

/// Points into the snapshot it was made of. A row in its lists is what the
/// instance tables call `row`.
struct View {
  const Snapshot* all = nullptr;  ///< null: mosixd does not answer
  std::string trouble;            ///< then: why
  bool bulk = false;              ///< of mosix.control.bulk
  std::vector<const Node*> nodes;
  std::vector<const Process*> processes;
  std::vector<const Task*> tasks;
  std::vector<const Request*> requests;
  std::vector<const Lease*> leases;
};

/// A view of `snapshot` and its instances, of which there are kIndomCount
/// tables, empty ones.
View make_view(const Snapshot& snapshot, const Eyes& eyes,
               std::span<agent::InstanceTable> instances);

}  // namespace mosix
