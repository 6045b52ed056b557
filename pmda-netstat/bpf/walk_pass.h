// The walk over all descriptor tables, bare: for the source of that name, and
// to measure what a pass costs.
#pragma once

#include <functional>
#include <span>

#include "base/result.h"
#include "bpf/program.h"
#include "bpf/walk.h"

struct walk_bpf;

namespace netstat {

class WalkPass {
 public:
  static base::Result<WalkPass> load();
  WalkPass(WalkPass&&) noexcept;
  ~WalkPass();

  /// Some tables, and the sockets that they refer to by index. A table with
  /// more sockets than there is room comes again with the rest.
  using Chunk = std::function<void(std::span<const walk_table> tables,
                                   std::span<const netstat_socket> sockets)>;
  /// Walks over all tasks. The spans are the kernel's own memory.
  base::Result<void> run(const Chunk& chunk);
  /// Whether the last pass met threads with tables of their own, so that a
  /// process may have come several times.
  bool extra_tables() const;

 private:
  explicit WalkPass(Skeleton<walk_bpf> skeleton);
  base::Result<void> learn();

  Skeleton<walk_bpf> skeleton_;
  Link link_;
};

}  // namespace netstat
