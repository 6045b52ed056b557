// The parts of check_mobility(), and what they find.
#pragma once

#include <cerrno>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/stat.h>

#include "base/result.h"
#include "host/cantmove.h"

namespace mosix::cantmove {

/// A descriptor of a process of the job.
struct Place {
  int pid = 0;
  int fd = -1;
};

/// Which ends of a pipe the job holds.
struct PipeEnds {
  Place place;  ///< a descriptor of it
  std::string name;
  bool reads = false;
  bool writes = false;
};

using PipeId = std::pair<dev_t, ino_t>;

struct Examination {
  explicit Examination(const JobView& view) : job(view) {}

  const JobView& job;
  std::vector<int> pids;  ///< of the job, its first process first
  std::set<int> members;  ///< the same, to look up
  std::set<int> mounts;   ///< ids of the mounts that the job can see
  std::string cgroup;     ///< of the first process
  std::map<std::string, std::string> namespaces;  ///< name -> text of the link

  std::vector<Obstacle> obstacles;
  std::map<std::string, FileFact> files;  ///< by path
  std::map<PipeId, PipeEnds> pipes;
  std::map<std::uint32_t, Place> unix_sockets;  ///< by inode

  std::string path(int pid, std::string_view name) const;
  /// The same obstacle is kept once.
  void obstacle(std::string_view code, Place place, std::string what);
  /// A regular file or folder that the target needs, or (if its name is gone)
  /// must get from the image.
  void file(Place place, const std::string& path, const struct stat& info,
            bool need_same_size);
  /// What the process calls `path` is the file `info`.
  bool is_named(int pid, const std::string& path,
                const struct stat& info) const;
};

/// Gone while we looked: no obstacle, the job just went on.
inline bool is_gone(const base::Error& error) {
  return error.code == ENOENT || error.code == ESRCH;
}

/// How a character or block device may stand in the way.
/// "" (it does not), "terminal", "device".
std::string_view device_code(const struct stat& info);

// Each looks at one matter and adds to the examination. An error is of the
// kind that leaves the answer unknown (no permission), never of a process that
// has ended meanwhile.
base::Result<void> find_members(Examination& exam);
base::Result<void> examine_process(Examination& exam, int pid);
base::Result<void> examine_maps(Examination& exam, int pid);
base::Result<void> examine_fds(Examination& exam, int pid);
base::Result<void> examine_socket(Examination& exam, Place place,
                                  std::uint32_t inode);
/// After all descriptors are known: the other ends.
base::Result<void> examine_unix_sockets(Examination& exam);
base::Result<void> examine_pipes(Examination& exam);
base::Result<void> examine_sysv(Examination& exam);

}  // namespace mosix::cantmove
