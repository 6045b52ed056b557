// Where the sockets of all processes come from: one interface, several sources
// of different price (reference: pmdanetstat(1), SOURCES).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "bpf/record.h"

namespace netstat {

/// One pass over the sockets that processes hold. Listed are TCP sockets in any
/// state but LISTEN, bound UDP sockets, and UNIX sockets with a peer. A socket
/// that several processes hold is listed once for each of them, and at most
/// once for one process.
struct Reading {
  /// A process that holds sockets: sockets[first] to sockets[first + count -
  /// 1]. A process may come several times in a reading.
  struct Holder {
    netstat_process process;
    std::size_t first = 0;
    std::size_t count = 0;
  };
  std::vector<Holder> holders;
  std::vector<netstat_socket> sockets;
  /// Sockets that were seen, and of which no process is known.
  std::uint64_t ownerless = 0;

  /// Empties it and keeps its memory.
  void clear() {
    holders.clear();
    sockets.clear();
    ownerless = 0;
  }
};

class Source {
 public:
  virtual ~Source() = default;

  /// "walk", "task_file", "diag" or "proc".
  virtual const char* name() const = 0;
  /// Whether it knows the bytes of TCP sockets.
  virtual bool counts_bytes() const { return true; }

  /// Fills `reading`, which is cleared first. After an error it is not to be
  /// used; the next call may succeed. Called from one thread.
  virtual base::Result<void> read(Reading& reading) = 0;
};

/// Inodes of TCP sockets by the kernel's cookie: what sock_diag's passes learn,
/// and what its tidings of destroyed sockets lack.
using Cookies = std::unordered_map<std::uint64_t, std::uint64_t>;

/// The sources, best first. Each loads what it needs of the kernel here, as
/// root or with the capabilities that pmdanetstat(1) names, and needs no BPF
/// capability afterwards. The error says what is missing.
base::Result<std::unique_ptr<Source>> make_walk_source();       // Linux 6.4
base::Result<std::unique_ptr<Source>> make_task_file_source();  // Linux 5.11
base::Result<std::unique_ptr<Source>> make_diag_source(
    std::shared_ptr<Cookies> cookies);
/// No bytes; always there.
base::Result<std::unique_ptr<Source>> make_proc_source();

}  // namespace netstat
