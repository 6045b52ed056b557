// The cgroup2 tree of one copy of a job: BASE/CID with the children
//   job   the job's processes, nothing else: what is frozen and killed
//   ctl   criu and its helpers while they dump or restore
//   init  the capsule's init
// No controller is needed: freezer, kill and CPU time are in every cgroup2, so
// a hybrid machine's bare /sys/fs/cgroup/unified will do. Needs Linux 5.14.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "host/fd.h"

namespace mosix {

/// Where cgroup2 is mounted; ENOENT if nowhere.
base::Result<std::string> find_cgroup2(
    const std::string& mountinfo = "/proc/self/mountinfo");

enum class CgroupPart { job, ctl, init };

struct CgroupEvents {
  bool populated = false;  ///< a living process is in it or below
  bool frozen = false;     ///< all its processes stand still
};

class CopyCgroup {
 public:
  /// Makes BASE (with parents), BASE/CID and the children; harmless if all or
  /// some exist. EINVAL: `cid` is no plain name.
  static base::Result<CopyCgroup> create(const std::string& base,
                                         const std::string& cid);
  /// An existing tree; ENOENT if there is none.
  static base::Result<CopyCgroup> open(const std::string& base,
                                       const std::string& cid);
  /// Names of the trees below `base`, sorted; none if `base` does not exist.
  static base::Result<std::vector<std::string>> list(const std::string& base);

  const std::string& path() const { return path_; }
  std::string path(CgroupPart part) const;
  /// For SpawnOptions::cgroup_procs.
  std::string procs_path(CgroupPart part) const;

  /// Moves a process (0: the caller) with all its threads.
  base::Result<void> add(CgroupPart part, int pid) const;
  /// The processes, by their pids in the reader's pid namespace, sorted.
  base::Result<std::vector<int>> pids(CgroupPart part) const;
  base::Result<bool> populated(CgroupPart part) const;

  /// Sets the flag of `job`; when it has taken effect events() says frozen.
  base::Result<void> freeze() const;
  base::Result<void> thaw() const;
  /// The flag itself. It outlives processes and agents: still true = what was
  /// put into it has never run since the flag was set.
  base::Result<bool> freeze_flag() const;
  /// State of `job`.
  base::Result<CgroupEvents> events() const;
  /// Waits until `job` is frozen; ETIMEDOUT. An empty `job` counts as frozen.
  base::Result<void> wait_frozen(int timeout_ms) const;
  /// Waits until no process is left in the part; ETIMEDOUT.
  base::Result<void> wait_empty(CgroupPart part, int timeout_ms) const;
  /// cgroup.events of the part: poll it for POLLPRI, read to rearm.
  base::Result<Fd> open_events(CgroupPart part) const;

  /// SIGKILL to all processes, frozen or not. Does not wait.
  base::Result<void> kill(CgroupPart part) const;
  base::Result<void> kill_all() const;

  /// Microseconds of CPU that processes in `job` have used since it was made,
  /// those that ended included.
  base::Result<std::uint64_t> cpu_usec() const;

  /// Kills what is inside, waits until it is gone, removes the tree. ETIMEDOUT
  /// (nothing removed) if a process does not die in time. Harmless if there is
  /// no such tree any more.
  base::Result<void> remove(int timeout_ms = 5000) const;

 private:
  explicit CopyCgroup(std::string path) : path_(std::move(path)) {}

  std::string path_;
};

}  // namespace mosix
