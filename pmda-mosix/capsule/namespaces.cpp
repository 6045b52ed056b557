#include "capsule/namespaces.h"

#include <array>
#include <csignal>

#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/fd.h"
#include "host/file.h"

namespace mosix {

using base::fail;
using base::fail_errno;
using base::Result;

namespace {

/// The one descriptor that the init keeps until it is ready.
constexpr int kReport = 3;

/// What is mounted here later shows there, but not the other way round.
Result<void> separate_mounts() {
  if (unshare(CLONE_NEWPID | CLONE_NEWNS) < 0) return fail_errno("unshare");
  if (mount(nullptr, "/", nullptr, MS_SLAVE | MS_REC, nullptr) < 0)
    return fail_errno("mount /");
  return {};
}

Result<void> place_descriptors(const std::string& log) {
  auto in = open_file("/dev/null", O_RDONLY);
  if (!in) return tl::make_unexpected(in.error());
  auto out = open_file(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (!out) return tl::make_unexpected(out.error());
  if (dup2(in->get(), 0) < 0 || dup2(out->get(), 1) < 0 ||
      dup2(out->get(), 2) < 0)
    return fail_errno("descriptors");
  in->release();
  out->release();
  if (close_range(kReport + 1, ~0u, 0) < 0) return fail_errno("close_range");
  return {};
}

Result<void> become_init(const std::string& log) {
  for (const int signo : {SIGHUP, SIGINT, SIGTERM, SIGPIPE, SIGQUIT})
    signal(signo, SIG_IGN);
  umask(022);
  if (setsid() < 0) return fail_errno("setsid");
  if (chdir("/") < 0) return fail_errno("/");
  auto placed = place_descriptors(log);
  if (!placed) return placed;
  if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC,
            nullptr) < 0)
    return fail_errno("mount /proc");
  return {};
}

[[noreturn]] void run_init(int report, const std::string& log,
                           const std::function<void()>& init) {
  if (report != kReport) dup2(report, kReport);
  auto ready = become_init(log);
  const std::string text = ready ? "+" : ready.error().text;
  [[maybe_unused]] const auto n = write(kReport, text.data(), text.size());
  close(kReport);
  if (ready) init();
  _exit(1);
}

}  // namespace

Result<int> fork_init(const std::string& log,
                      const std::function<void()>& init) {
  auto separate = separate_mounts();
  if (!separate) return tl::make_unexpected(separate.error());
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) < 0) return fail_errno("pipe");
  const Fd report(ends[0]);
  Fd report_out(ends[1]);
  const pid_t pid = fork();
  if (pid < 0) return fail_errno("fork");
  if (pid == 0) run_init(report_out.get(), log, init);
  report_out.reset();
  std::array<char, 512> text;
  const ssize_t n = read(report.get(), text.data(), text.size());
  if (n == 1 && text[0] == '+') return pid;
  waitpid(pid, nullptr, 0);
  if (n <= 0) return fail(EIO, "the capsule's init ended");
  return fail(EIO, std::string(text.data(), static_cast<std::size_t>(n)));
}

}  // namespace mosix
