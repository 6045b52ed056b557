// How criu is called: the command lines, and what its hook is told.
#pragma once

#include <string>
#include <vector>

#include "api/wire.h"
#include "host/cgroup.h"

namespace mosix {

class Daemon;

/// A run of criu inside a capsule (WIRE.md, `criu`).
struct CriuRun {
  std::string what;  ///< "dump" or "restore"
  std::string cwd;   ///< the folder of the images
  std::vector<std::string> argv;
  std::vector<std::string> env;
};
Message to_message(const CriuRun& run);

/// `root_pid`: the first process, as the capsule numbers it.
CriuRun criu_dump(const Daemon& daemon, const std::string& dir, int root_pid);
/// `pipes`: the ids ("pipe:[N]") that the job's stdin, stdout and stderr had in
/// the dump; the capsule gives its new ones as descriptors 100 to 102.
CriuRun criu_restore(const Daemon& daemon, const std::string& dir,
                     const std::vector<std::string>& pipes);

/// hook.json, for mosix-hook.
base::Result<void> write_hook_spec(const std::string& dir,
                                   const CopyCgroup& cgroup);

}  // namespace mosix
