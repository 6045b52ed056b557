#include "capsule/job_launch.h"

#include <algorithm>
#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "capsule/program_path.h"
#include "host/exec_report.h"
#include "host/file.h"
#include "host/spawn.h"

namespace mosix {

using base::fail;
using base::fail_errno;
using base::Result;
using base::take_line;
using base::to_number;

namespace {

constexpr const char* kLastPid = "/proc/sys/kernel/ns_last_pid";

/// All that the child needs, made before the fork.
struct Plan {
  const Spec* spec = nullptr;
  std::vector<std::string> programs;
  std::vector<char*> argv;
  std::vector<char*> script_argv;  ///< for a text file without "#!"
  std::vector<char*> env;
  int gate = -1;
  int report = -1;
};

Plan make_plan(const Spec& spec) {
  Plan plan;
  plan.spec = &spec;
  plan.programs = program_candidates(spec.argv.front(), spec.env);
  plan.argv = exec_pointers(spec.argv);
  plan.script_argv = plan.argv;
  plan.script_argv.insert(plan.script_argv.begin(),
                          const_cast<char*>("/bin/sh"));
  plan.env = exec_pointers(spec.env);
  return plan;
}

[[noreturn]] void give_up(const Plan& plan, const char* step) {
  report_failure(plan.report, step);
}

/// A limit above what this node lets us set is taken as far as it goes.
void set_limit(const Limit& limit) {
  rlimit now{};
  const rlimit wanted{limit.soft, limit.hard};
  const auto resource = static_cast<__rlimit_resource>(limit.resource);
  if (setrlimit(resource, &wanted) == 0 || getrlimit(resource, &now) < 0)
    return;
  now.rlim_cur = std::min<rlim_t>(limit.soft, now.rlim_max);
  now.rlim_max = std::min<rlim_t>(limit.hard, now.rlim_max);
  setrlimit(resource, &now);
}

/// mosixd may be protected from the kernel's choice of a victim; a job is not.
void reset_oom_score() {
  const int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (fd < 0) return;
  [[maybe_unused]] const auto n = write(fd, "0", 1);
  close(fd);
}

/// Limits first, since a user may not raise them; the folder last, since it is
/// the user who must be allowed into it.
void become(const Plan& plan) {
  const Spec& spec = *plan.spec;
  if (setsid() < 0) give_up(plan, "setsid");
  for (const Limit& limit : spec.limits) set_limit(limit);
  if (setgroups(spec.groups.size(), spec.groups.data()) < 0)
    give_up(plan, "groups");
  if (setresgid(spec.gid, spec.gid, spec.gid) < 0) give_up(plan, "gid");
  if (setresuid(spec.uid, spec.uid, spec.uid) < 0) give_up(plan, "uid");
  umask(spec.umask);
  if (chdir(spec.cwd.c_str()) < 0) give_up(plan, "working directory");
}

void place_stdio(const Plan& plan, const std::array<int, 3>& ends) {
  // The ends are above 2: this process has had 0, 1 and 2 open all the time.
  for (int fd = 0; fd < 3; ++fd)
    if (dup2(ends[static_cast<std::size_t>(fd)], fd) < 0)
      give_up(plan, "stdio");
  if (close_range(3, ~0u, CLOSE_RANGE_CLOEXEC) < 0)
    give_up(plan, "close_range");
}

void set_affinity(const Plan& plan) {
  if (plan.spec->affinity.empty()) return;
  cpu_set_t set;
  CPU_ZERO(&set);
  for (const int cpu : plan.spec->affinity)
    CPU_SET(static_cast<std::size_t>(cpu), &set);
  if (sched_setaffinity(0, sizeof set, &set) < 0) give_up(plan, "affinity");
}

/// As execvp: goes on to the next folder when the file is not there, and says
/// EACCES in the end if one was there and might not be run.
[[noreturn]] void exec_program(Plan& plan) {
  int code = ENOENT;
  for (const std::string& program : plan.programs) {
    execve(program.c_str(), plan.argv.data(), plan.env.data());
    if (errno == ENOEXEC) {
      plan.script_argv[1] = const_cast<char*>(program.c_str());
      execve(plan.script_argv[0], plan.script_argv.data(), plan.env.data());
    }
    if (errno == EACCES) code = EACCES;
    if (errno != EACCES && errno != ENOENT && errno != ENOTDIR) {
      code = errno;
      break;
    }
  }
  errno = code;
  give_up(plan, plan.spec->argv.front().c_str());
}

[[noreturn]] void run_child(Plan& plan, const std::array<int, 3>& ends) {
  reset_signals();
  char go = 0;
  ssize_t n = 0;
  do {
    n = read(plan.gate, &go, 1);
  } while (n < 0 && errno == EINTR);
  if (n != 1) _exit(127);
  place_stdio(plan, ends);
  set_affinity(plan);
  reset_oom_score();
  become(plan);
  exec_program(plan);
}

}  // namespace

Result<JobLaunch> JobLaunch::fork_gated(const Spec& spec,
                                        const CopyCgroup& cgroup,
                                        const JobPipes& pipes) {
  int gate[2];
  int report[2];
  if (pipe2(gate, O_CLOEXEC) < 0) return fail_errno("pipe");
  const Fd gate_in(gate[0]);
  JobLaunch launch;
  launch.gate_.reset(gate[1]);
  if (pipe2(report, O_CLOEXEC) < 0) return fail_errno("pipe");
  launch.report_.reset(report[0]);
  const Fd report_out(report[1]);
  Plan plan = make_plan(spec);
  plan.gate = gate_in.get();
  plan.report = report_out.get();
  auto numbered = set_last_pid(spec.first_pid - 1);
  if (!numbered) return tl::make_unexpected(numbered.error());
  launch.pid_ = fork();
  if (launch.pid_ < 0) return fail_errno("fork");
  if (launch.pid_ == 0) {
    // The gate must show its end if the capsule goes away.
    launch.gate_.reset();
    run_child(plan, pipes.job_ends());
  }
  auto placed = cgroup.add(CgroupPart::job, launch.pid_);
  if (!placed) return tl::make_unexpected(placed.error());
  return launch;
}

void JobLaunch::open_gate() {
  // A process that is gone is seen by its end.
  [[maybe_unused]] const auto n = write(gate_.get(), "g", 1);
  gate_.reset();
}

Result<void> JobLaunch::result() {
  auto result = read_exec_report(report_.get());
  report_.reset();
  return result;
}

Result<void> set_last_pid(int pid) {
  return write_file(kLastPid, std::to_string(pid));
}

Result<int> last_pid() {
  auto text = read_file(kLastPid);
  if (!text) return tl::make_unexpected(text.error());
  std::string_view rest = *text;
  return to_number<int>(take_line(rest)).value_or(0);
}

}  // namespace mosix
