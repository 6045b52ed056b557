// mosix-hook: criu's action script. It holds a job still at both ends of a move
// by the cgroup freezer, which outlives it and criu, and leaves every decision
// to mosixd. criu passes no arguments, so the folder comes as MOSIX_HOOK_DIR.
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "host/cgroup.h"
#include "host/file.h"
#include "host/proc_info.h"

namespace mosix {
namespace {

using base::fail;
using base::fail_errno;
using base::Result;

constexpr int kFreeze_ms = 10000;

Result<CopyCgroup> read_cgroup(const std::string& dir) {
  auto text = read_file(dir + "/hook.json");
  if (!text) return tl::make_unexpected(text.error());
  const auto spec = nlohmann::json::parse(*text, nullptr, false);
  const auto path = spec.is_object() ? spec.value("cgroup", "") : "";
  const auto slash = path.find_last_of('/');
  if (slash == std::string::npos)
    return fail(EINVAL, "hook.json names no cgroup");
  return CopyCgroup::open(path.substr(0, slash), path.substr(slash + 1));
}

Result<void> hold(const CopyCgroup& cgroup) {
  auto frozen = cgroup.freeze();
  if (!frozen) return frozen;
  return cgroup.wait_frozen(kFreeze_ms);
}

/// criu's exit status: 0 makes it kill the job, 1 makes it let go of it.
std::optional<int> decision(const std::string& path) {
  const auto text = read_file(path).value_or("");
  if (text.starts_with("go-on")) return 1;
  if (text.starts_with("gone")) return 0;
  return std::nullopt;
}

/// There is no time limit: a job whose fate is not known stays frozen.
int wait_for_decision(const std::string& dir) {
  const Fd watch(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  inotify_add_watch(watch.get(), dir.c_str(),
                    IN_CREATE | IN_MOVED_TO | IN_CLOSE_WRITE);
  for (;;) {
    if (auto decided = decision(dir + "/decision")) return *decided;
    // Also without news: a watch that could not be had must not matter.
    pollfd wait{watch.get(), POLLIN, 0};
    poll(&wait, 1, 100);
    char events[4096];
    while (read(watch.get(), events, sizeof events) > 0) continue;
  }
}

/// At the source, with the images complete.
Result<int> post_dump(const std::string& dir) {
  auto cgroup = read_cgroup(dir);
  if (!cgroup) return tl::make_unexpected(cgroup.error());
  auto held = hold(*cgroup);
  if (!held) return tl::make_unexpected(held.error());
  auto mark = open_file(dir + "/frozen", O_WRONLY | O_CREAT, 0600);
  if (!mark) return tl::make_unexpected(mark.error());
  return wait_for_decision(dir);
}

/// criu, and whatever waits for it up to the capsule's init, stand in the job's
/// cgroup and must not be frozen with it.
Result<void> step_aside(const CopyCgroup& cgroup) {
  for (int pid = getpid(); pid > 1;) {
    auto moved = cgroup.add(CgroupPart::ctl, pid);
    if (!moved) return moved;
    auto stat = read_stat(pid);
    if (!stat) return tl::make_unexpected(stat.error());
    pid = stat->ppid;
  }
  return {};
}

/// At the target, with the job restored and about to run.
Result<void> pre_resume(const std::string& dir) {
  auto cgroup = read_cgroup(dir);
  if (!cgroup) return tl::make_unexpected(cgroup.error());
  auto aside = step_aside(*cgroup);
  if (!aside) return aside;
  auto held = hold(*cgroup);
  if (!held) return held;
  auto events = cgroup->events();
  if (!events) return tl::make_unexpected(events.error());
  if (!events->populated) return fail(ESRCH, "no process was restored");
  return {};
}

int run(const std::string& stage, const std::string& dir) {
  if (stage == "post-dump") {
    auto result = post_dump(dir);
    if (result) return *result;
    std::fprintf(stderr, "Error mosix-hook: %s\n", result.error().text.c_str());
    return 1;
  }
  if (stage == "pre-resume") {
    auto result = pre_resume(dir);
    if (result) return 0;
    std::fprintf(stderr, "Error mosix-hook: %s\n", result.error().text.c_str());
    // criu goes on after a hook that failed here; without criu the copy dies.
    kill(getppid(), SIGKILL);
    return 1;
  }
  return 0;
}

}  // namespace
}  // namespace mosix

int main() {
  const char* stage = std::getenv("CRTOOLS_SCRIPT_ACTION");
  const char* dir = std::getenv("MOSIX_HOOK_DIR");
  if (stage == nullptr || dir == nullptr) {
    std::fputs("mosix-hook is run by criu, with MOSIX_HOOK_DIR set\n", stderr);
    return 2;
  }
  return mosix::run(stage, dir);
}
