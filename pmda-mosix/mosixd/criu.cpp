#include "mosixd/criu.h"

#include <fstream>

#include "mosixd/daemon.h"

namespace mosix {
namespace {

/// What dump and restore have in common. The network is not locked, since no
/// connection is carried; cgroups are left alone, so that a restored job stays
/// in that of the criu that restores it.
CriuRun criu_run(const Daemon& daemon, const std::string& what,
                 const std::string& dir) {
  CriuRun run;
  run.what = what;
  run.cwd = dir;
  run.argv = {daemon.config().criu,
              what,
              "--images-dir",
              dir,
              "--log-file",
              what + ".log",
              "-v2",
              "--network-lock",
              "skip",
              "--manage-cgroups=ignore",
              "--link-remap",
              "--ghost-limit",
              "64M",
              "--action-script",
              daemon.libexec("mosix-hook")};
  run.env = {"MOSIX_HOOK_DIR=" + dir};
  return run;
}

}  // namespace

Message to_message(const CriuRun& run) {
  return {{"op", "criu"},
          {"what", run.what},
          {"cwd", run.cwd},
          {"argv", run.argv},
          {"env", run.env}};
}

CriuRun criu_dump(const Daemon& daemon, const std::string& dir, int root_pid) {
  CriuRun run = criu_run(daemon, "dump", dir);
  run.argv.insert(run.argv.end(),
                  {"--tree", std::to_string(root_pid), "--timeout", "10"});
  return run;
}

CriuRun criu_restore(const Daemon& daemon, const std::string& dir,
                     const std::vector<std::string>& pipes) {
  CriuRun run = criu_run(daemon, "restore", dir);
  run.argv.push_back("--restore-detached");
  for (std::size_t i = 0; i < pipes.size(); ++i) {
    run.argv.push_back("--inherit-fd");
    run.argv.push_back(fmt::format("fd[{}]:{}", 100 + i, pipes[i]));
  }
  // A copy whose criu is killed must die with it: it may not run yet.
  run.env.push_back("LD_PRELOAD=" + daemon.libexec("libmosix-exitkill.so"));
  return run;
}

base::Result<void> write_hook_spec(const std::string& dir,
                                   const CopyCgroup& cgroup) {
  const std::string path = dir + "/hook.json";
  std::ofstream out(path);
  out << Message{{"cgroup", cgroup.path()}}.dump();
  out.close();
  if (!out) return base::fail_errno(path);
  return {};
}

}  // namespace mosix
