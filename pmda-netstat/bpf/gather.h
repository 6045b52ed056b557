// Makes a Reading of what an iterator yields, process by process.
#pragma once

#include <span>

#include "source/source.h"

namespace netstat {

class Gather {
 public:
  /// Clears `reading` and fills it.
  explicit Gather(Reading& reading);

  /// Sockets of a process. More of the same one may follow at once, or later
  /// if a process has several descriptor tables.
  void add(const netstat_process& process,
           std::span<const netstat_socket> sockets);
  /// To be called last. `several_tables`: a process may have come twice.
  void finish(bool several_tables);

 private:
  void close_holder();
  void merge_tables();

  Reading& reading_;
};

}  // namespace netstat
