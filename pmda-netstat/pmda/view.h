// What one client may see of the ledger.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "agent/instance_table.h"
#include "ledger/ledger.h"
#include "pmda/status.h"

namespace netstat {

/// The agent's instance domains, by serial.
enum Indom : int { kConnections, kProcesses, kPeers, kIndomCount };

/// Whose rows are shown.
struct Eyes {
  bool all = false;  ///< everybody's
  long uid = -1;     ///< else this user's; -1: nobody's

  bool see(const ProcessRow* process) const {
    return all || (process != nullptr && uid >= 0 &&
                   static_cast<long>(process->process.uid) == uid);
  }
  bool operator==(const Eyes&) const = default;
};

/// Rows by increasing id.
struct Rows {
  std::span<const ConnectionRow* const> connections;
  std::span<const ProcessRow* const> processes;
  std::span<const PeerRow* const> peers;
};

/// A row in its lists is what the instance tables call `row`.
struct View {
  Eyes eyes;
  Rows rows;  ///< that these eyes see
  Summary summary;
};

/// The rows of one domain that one viewer sees, and their instances.
template <class Row>
class Shown {
 public:
  std::span<const Row* const> choose(const Eyes& eyes,
                                     std::span<const Row* const> all);
  /// Fills the table with what was chosen, unless it is `known` to hold just
  /// that.
  void enter(const Eyes& eyes, bool known, agent::InstanceTable& table);

 private:
  std::span<const Row* const> rows_;
  std::vector<const Row*> own_;  ///< rows_, of those who do not see all
  std::vector<int> ids_;         ///< in the table, of the same
};

/// Finds the rows that are seen, and keeps the instance tables in step.
class Viewer {
 public:
  /// The part of `all` that `eyes` see, and its instances: both hold until the
  /// ledger changes. The tables, of which there are kIndomCount, must be the
  /// same at each call: they are left as they are if that is what they hold
  /// already. `generation` is the ledger's, `version` changes whenever it is
  /// written to.
  Rows look(const Eyes& eyes, const Rows& all, std::uint64_t generation,
            std::uint64_t version, std::span<agent::InstanceTable> instances);

 private:
  struct Last {
    Eyes eyes;
    std::uint64_t generation;
    std::uint64_t version;
    Rows rows;
  };
  std::optional<Last> last_;
  Shown<ConnectionRow> connections_;
  Shown<ProcessRow> processes_;
  Shown<PeerRow> peers_;
};

}  // namespace netstat
