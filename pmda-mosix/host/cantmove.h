// Why a job cannot be moved, found from the kernel before anything is touched.
//
// Reason codes (stable words; metrics and tests name them):
// - device: open or mapped device that holds state in the kernel
// - terminal: a terminal or pseudo-terminal
// - tcp_established: TCP that is connected, connecting, closing or not yet
//   accepted
// - bound_address: socket bound to an address that the target does not have
// - socket: protocol that criu cannot dump (MPTCP, vsock …)
// - unix_outside: unix socket connected to a process outside the job
// - unix_pending: unix connection that was not accepted yet
// - unix_closed: unix datagram socket whose other end is closed
// - pipe_outside: pipe or FIFO whose other end is outside the job
// - file_lock: flock, POSIX or OFD lock, lease
// - deleted_file: deleted file that is too big to carry along
// - other_mount: file opened in another mount namespace
// - mqueue: POSIX message queue
// - anon_inode: kernel object that criu cannot dump (perf, bpf, userfaultfd)
// - io_uring: the same, by its own name
// - secretmem: secret memory
// - pidfd_outside: pidfd of a process outside the job
// - sysv_shm: attached System V shared memory
// - namespace: process in a namespace of its own
// - traced: debugged or straced
// - session: its session leader is outside the job
// - orphan: process of the job that its first process cannot reach
// - outside_cgroup: process of the job that left its cgroup
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"

namespace mosix {

struct JobView {
  int root_pid = 0;  ///< the job's first process, as seen from here
  /// A process whose namespaces all of the job must be in: the capsule's init.
  /// 0: those of `root_pid`.
  int init_pid = 0;
  std::vector<int> cgroup_pids;       ///< of the job's cgroup, seen from here
  std::set<std::string> stdio_pipes;  ///< "pipe:[N]": ours, carried along
  /// criu's --ghost-limit: bytes that a deleted file may take up on its disk.
  std::uint64_t ghost_limit = 64u << 20;
  std::string proc = "/proc";
};

struct Obstacle {
  std::string code;  ///< of the list above
  int pid = 0;
  int fd = -1;       ///< -1: not a matter of a descriptor
  std::string what;  ///< for people: the thing in the way

  /// "code: what (pid 12, fd 3)".
  std::string text() const;
};

/// A file that must be at the target under the same path.
struct FileFact {
  std::string path;
  std::uint64_t size = 0;      ///< bytes; 0 for a directory
  bool need_same_size = true;  ///< false: a directory, or a log that is only
                               ///< appended to
};

struct Mobility {
  std::vector<Obstacle> obstacles;  ///< none: it may be moved
  std::vector<FileFact> files;      ///< each path once, sorted

  bool movable() const { return obstacles.empty(); }
  /// Text of the first obstacle, "" if there is none.
  std::string cantmove() const {
    return movable() ? std::string() : obstacles.front().text();
  }
};

/// Looks at the whole job. ESRCH: its first process is gone or a zombie. Needs
/// root (or the job's uid and the right to ptrace it).
base::Result<Mobility> check_mobility(const JobView& job);

}  // namespace mosix
