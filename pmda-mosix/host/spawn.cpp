#include "host/spawn.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <map>
#include <string_view>

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/exec_report.h"
#include "host/file.h"

namespace mosix {

using base::fail;
using base::fail_errno;
using base::Result;

namespace {

/// All that the child needs, made before the fork: between fork and exec
/// nothing may allocate.
struct Plan {
  std::vector<char*> argv;
  std::vector<std::string> env_text;
  std::vector<char*> env;
  const char* cwd = nullptr;
  const char* cgroup_procs = nullptr;
  std::string oom_score_adj;
  bool new_session = true;
  cpu_set_t affinity;
  bool set_affinity = false;
  std::vector<std::pair<int, int>> fds;  ///< {ours, theirs}
  int report = -1;
};

[[noreturn]] void give_up(const Plan& plan, const char* step) {
  report_failure(plan.report, step);
}

void write_small(const Plan& plan, const char* path, const char* text) {
  const int fd = open(path, O_WRONLY | O_CLOEXEC);
  const auto size = static_cast<ssize_t>(std::strlen(text));
  if (fd < 0 || write(fd, text, std::strlen(text)) != size) give_up(plan, path);
  close(fd);
}

/// Everything is closed by the exec but the descriptors of the plan, which get
/// their new numbers by way of high ones: theirs may be ours of another.
void place_fds(Plan& plan) {
  if (close_range(3, ~0u, CLOSE_RANGE_CLOEXEC) < 0)
    give_up(plan, "close_range");
  int high = plan.report;
  for (const auto& [ours, theirs] : plan.fds)
    high = std::max({high, ours, theirs});
  plan.report = fcntl(plan.report, F_DUPFD_CLOEXEC, high + 1);
  for (auto& [ours, theirs] : plan.fds) {
    ours = fcntl(ours, F_DUPFD_CLOEXEC, high + 1);
    if (ours < 0) give_up(plan, "descriptor");
  }
  for (const auto& [ours, theirs] : plan.fds)
    if (dup2(ours, theirs) < 0) give_up(plan, "descriptor");
}

[[noreturn]] void run_child(Plan& plan) {
  reset_signals();
  if (plan.cgroup_procs != nullptr) write_small(plan, plan.cgroup_procs, "0");
  if (!plan.oom_score_adj.empty())
    write_small(plan, "/proc/self/oom_score_adj", plan.oom_score_adj.c_str());
  if (plan.set_affinity &&
      sched_setaffinity(0, sizeof plan.affinity, &plan.affinity) < 0)
    give_up(plan, "affinity");
  if (plan.new_session && setsid() < 0) give_up(plan, "setsid");
  if (plan.cwd != nullptr && chdir(plan.cwd) < 0) give_up(plan, plan.cwd);
  place_fds(plan);
  execvpe(plan.argv[0], plan.argv.data(), plan.env.data());
  give_up(plan, plan.argv[0]);
}

std::vector<std::string> merged_environment(
    const std::vector<std::string>& added) {
  std::map<std::string_view, std::string_view> by_name;
  const auto put = [&](std::string_view entry) {
    by_name[entry.substr(0, entry.find('='))] = entry;
  };
  for (char** entry = environ; *entry != nullptr; ++entry) put(*entry);
  for (const auto& entry : added) put(entry);
  std::vector<std::string> merged;
  for (const auto& [name, entry] : by_name) merged.emplace_back(entry);
  return merged;
}

Plan make_plan(const SpawnOptions& options, int null_fd, int report) {
  Plan plan;
  plan.argv = exec_pointers(options.argv);
  plan.env_text = merged_environment(options.env);
  plan.env = exec_pointers(plan.env_text);
  if (!options.cwd.empty()) plan.cwd = options.cwd.c_str();
  if (!options.cgroup_procs.empty())
    plan.cgroup_procs = options.cgroup_procs.c_str();
  if (options.oom_score_adj)
    plan.oom_score_adj = std::to_string(*options.oom_score_adj);
  plan.new_session = options.new_session;
  CPU_ZERO(&plan.affinity);
  for (const int cpu : options.affinity)
    CPU_SET(static_cast<std::size_t>(cpu), &plan.affinity);
  plan.set_affinity = !options.affinity.empty();
  plan.fds = options.fds;
  plan.fds.emplace_back(options.in >= 0 ? options.in : null_fd, 0);
  plan.fds.emplace_back(options.out >= 0 ? options.out : 1, 1);
  plan.fds.emplace_back(options.err >= 0 ? options.err : 2, 2);
  plan.report = report;
  return plan;
}

}  // namespace

void reset_signals() {
  for (int signal = 1; signal < NSIG; ++signal) {
    // The two that cannot be set, and those that libc keeps, fail: as well.
    struct sigaction action = {};
    action.sa_handler = SIG_DFL;
    sigaction(signal, &action, nullptr);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

Result<Child> spawn(const SpawnOptions& options) {
  if (options.argv.empty()) return fail(EINVAL, "spawn: no program");
  auto null_fd = open_file("/dev/null", O_RDONLY);
  if (!null_fd) return tl::make_unexpected(null_fd.error());
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) < 0) return fail_errno("pipe");
  const Fd report_in(ends[0]);
  Fd report_out(ends[1]);
  Plan plan = make_plan(options, null_fd->get(), report_out.get());
  // Blocked around the fork, so that no handler of ours runs in the child.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, &before);
  const pid_t pid = fork();
  if (pid == 0) run_child(plan);
  const int fork_error = errno;
  sigprocmask(SIG_SETMASK, &before, nullptr);
  if (pid < 0)
    return fail(fork_error, fmt::format("fork: {}", std::strerror(fork_error)));
  report_out.reset();
  Child child{pid, Fd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)))};
  auto started = read_exec_report(report_in.get());
  if (started && !child.pidfd) {
    started = fail_errno("pidfd_open");
    kill(pid, SIGKILL);
  }
  if (!started) {
    while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) continue;
    return tl::make_unexpected(started.error());
  }
  return child;
}

Result<std::optional<int>> try_wait(int pid) {
  int status = 0;
  pid_t reaped = 0;
  do {
    reaped = waitpid(pid, &status, WNOHANG);
  } while (reaped < 0 && errno == EINTR);
  if (reaped < 0) return fail_errno(fmt::format("process {}", pid));
  if (reaped == 0) return std::optional<int>{};
  return std::optional<int>{status};
}

Result<int> wait_exit(const Child& child, int timeout_ms) {
  pollfd wait{child.pidfd.get(), POLLIN, 0};
  int ready = 0;
  do {
    ready = poll(&wait, 1, timeout_ms);
  } while (ready < 0 && errno == EINTR);
  auto status = try_wait(child.pid);
  if (!status) return tl::make_unexpected(status.error());
  if (!*status)
    return fail(ETIMEDOUT, fmt::format("process {} has not ended", child.pid));
  return **status;
}

}  // namespace mosix
