// The book of processes: which are known, and which have gone.
#pragma once

#include <memory>

#include <tsl/robin_map.h>

#include "ledger/address.h"
#include "ledger/liveness.h"
#include "ledger/rows.h"

namespace netstat {

class Processes {
 public:
  Processes(Page& page, Liveness& liveness)
      : page_(page), liveness_(liveness) {}

  /// A process in the reading: it lives, or did a moment ago.
  Process& seen(const netstat_process& process);
  /// A process that something else tells of. Null: it is gone.
  Process* told(const netstat_process& process);
  /// Null: not known, that is, gone.
  Process* find(const netstat_process& process);

  /// After all was read and booked: finds out who is gone, steps the rates.
  void close_page();
  /// Takes out the watched ones that ended.
  void bury();
  /// Forgets who is gone.
  void tidy() { shelf_.tidy(); }
  bool has_leavers() const { return shelf_.has_leavers(); }

  const std::vector<const ProcessRow*>& list() const { return shelf_.list(); }

 private:
  Process& add(const netstat_process& process);
  void retire(std::uint32_t pid);
  void change(Process& row, const netstat_process& process);
  bool lives(Process& row);

  Page& page_;
  Liveness& liveness_;
  tsl::robin_map<std::uint32_t, std::unique_ptr<Process>, Mix> by_pid_;
  Shelf<Process, ProcessRow, kByPid> shelf_;
};

}  // namespace netstat
