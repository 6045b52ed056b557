// Who a process is and where it runs, from the metrics that a plugin needs.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "eval/decision.h"
#include "eval/snapshot.h"

namespace balance {

/// One tick's view. Cheap to make; looks at metrics when asked.
class Identity {
 public:
  Identity(const Needs& needs, const Snapshot& snapshot,
           const std::vector<std::string>& hosts, double delta_s);

  /// Completes a candidate of which the place in the list is known.
  void complete(Candidate& candidate) const;
  std::optional<int> node_of(HostId host) const;
  std::optional<HostId> host_of(int node) const;
  /// For life: the job, or HOST#PID where none is known.
  std::string identity_at(HostId host, int instance) const;
  bool has_values(const std::string& metric, HostId host) const;
  /// The node id of a row of a node table.
  std::optional<int> node_of(const NodeRow& row) const;

 private:
  std::optional<int> number(const std::string& metric,
                            const Candidate& candidate) const;
  const Sample* sample(const std::string& metric, HostId host) const;
  std::optional<int> number_at(const std::string& metric, HostId host,
                               int instance) const;
  std::string job_at(HostId host, int instance) const;
  void find_there(Candidate& candidate) const;
  std::optional<NodeRow> row_of(HostId host, int node) const;

  const Needs& needs_;
  const Snapshot& snapshot_;
  const std::vector<std::string>& hosts_;
  double delta_s_;
  std::map<HostId, int> nodes_;
};

}  // namespace balance
