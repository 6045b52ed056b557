// What a capsule is made for: DIR/spec.cbor (or spec.json, when all its strings
// are text), written by mosixd.
#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

#include "api/wire.h"
#include "base/result.h"
#include "host/proc_info.h"

namespace mosix {

struct Spec {
  std::string cid;
  std::string socket;  ///< mosixd's
  std::string cgroup;  ///< with the children job, ctl, init
  bool restore = false;
  int first_pid = 0;          ///< the job's pids begin here
  std::vector<int> affinity;  ///< CPUs; empty: unchanged
  // To start a job:
  std::vector<std::string> argv;
  std::vector<std::string> env;  ///< all of it, "NAME=VALUE"
  std::string cwd;
  mode_t umask = 022;
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<gid_t> groups;
  std::vector<Limit> limits;
  // To restore one:
  int root_pid = 0;

  std::string dir_of_cgroup() const {
    return cgroup.substr(0, cgroup.find_last_of('/'));
  }
  std::string name_of_cgroup() const {
    return cgroup.substr(cgroup.find_last_of('/') + 1);
  }
};

/// EINVAL names the field that is missing or wrong.
base::Result<Spec> parse_spec(const Message& message);
/// ENOENT: neither file is in `dir`.
base::Result<Spec> read_spec(const std::string& dir);

}  // namespace mosix
