#include "host/spawn.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <sstream>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/file.h"
#include "host/test_dir.h"

namespace mosix {
namespace {

constexpr int kLong_ms = 20000;

/// Runs `script` in a shell; its output and its status.
std::pair<std::string, int> output_of(const std::string& script,
                                      SpawnOptions options = {}) {
  const TestDir dir;
  const Fd out(
      open(dir.path("out").c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600));
  options.argv = {"sh", "-c", script};
  options.out = out.get();
  const auto child = spawn(options);
  if (!child) return {child.error().text, -1};
  const auto status = wait_exit(*child, kLong_ms);
  return {read_file(dir.path("out")).value(), status ? *status : -1};
}

TEST(Spawn, GivesTheProgramWhatWasAsked) {
  const TestDir dir;
  SpawnOptions options;
  options.env = {"HOME=/elsewhere", "ADDED=two words"};
  options.cwd = dir.path();
  options.oom_score_adj = 300;
  const auto [text, status] = output_of(
      "echo $HOME; echo $ADDED; pwd; cat /proc/self/oom_score_adj; "
      "readlink /proc/self/fd/0; test -n \"$PATH\" && exit 3",
      options);
  EXPECT_EQ(text,
            "/elsewhere\ntwo words\n" + dir.path() + "\n300\n/dev/null\n");
  EXPECT_EQ(WEXITSTATUS(status), 3);
}

TEST(Spawn, NoShellSeesTheArguments) {
  const TestDir dir;
  const Fd out(
      open(dir.path("out").c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600));
  SpawnOptions options;
  options.argv = {"printf", "%s|", "$HOME", "a b", "`id`", ""};
  options.out = out.get();
  const auto child = spawn(options);
  ASSERT_TRUE(child);
  ASSERT_EQ(wait_exit(*child, kLong_ms).value(), 0);
  EXPECT_EQ(read_file(dir.path("out")).value(), "$HOME|a b|`id`||");
}

TEST(Spawn, PassesOnlyTheNamedDescriptors) {
  const TestDir dir;
  dir.put("a", "A");
  dir.put("b", "B");
  // Numbers that cross: ours of the one are theirs of the other.
  const int a = open(dir.path("a").c_str(), O_RDONLY);
  const int b = open(dir.path("b").c_str(), O_RDONLY);
  ASSERT_EQ(dup2(a, 50), 50);
  SpawnOptions options;
  options.fds = {{a, b}, {b, a}, {a, 100}};
  const auto [text, status] =
      output_of(fmt::format("cat <&{}; cat <&{}; for fd in 0 1 2 50 100; do "
                            "test -e /proc/$$/fd/$fd && echo $fd; done",
                            b, a),
                options);
  close(a);
  close(b);
  close(50);
  EXPECT_EQ(text, "AB0\n1\n2\n100\n");
}

TEST(Spawn, SignalsAreAsInANewProgram) {
  sigset_t blocked;
  sigset_t before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGUSR1);
  sigprocmask(SIG_SETMASK, &blocked, &before);
  const auto old = signal(SIGPIPE, SIG_IGN);
  const auto [text, status] =
      output_of("exec grep -E '^Sig(Blk|Ign)' /proc/self/status");
  sigset_t after;
  sigprocmask(SIG_SETMASK, &before, &after);
  signal(SIGPIPE, old);
  EXPECT_EQ(text, "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
  EXPECT_EQ(sigismember(&after, SIGUSR1), 1) << "our own mask was changed";
  EXPECT_EQ(sigismember(&after, SIGTERM), 0) << "our own mask was changed";
}

TEST(Spawn, SessionAndAffinity) {
  cpu_set_t set;
  ASSERT_EQ(sched_getaffinity(0, sizeof set, &set), 0);
  int cpu = 0;
  while (!CPU_ISSET(static_cast<std::size_t>(cpu), &set)) ++cpu;
  SpawnOptions options;
  options.affinity = {cpu};
  const std::string script =
      "echo $$; cut -d' ' -f6 /proc/$$/stat; "
      "sed -n 's/^Cpus_allowed_list:.//p' /proc/$$/status";
  const auto [text, status] = output_of(script, options);
  std::istringstream words(text);
  int pid = 0, session = 0, list = -1;
  words >> pid >> session >> list;
  EXPECT_EQ(pid, session);
  EXPECT_EQ(list, cpu);
  options.new_session = false;
  std::istringstream same(output_of(script, options).first);
  same >> pid >> session;
  EXPECT_EQ(session, getsid(0));
}

TEST(Spawn, ErrorsNameTheStepAndLeaveNoChild) {
  const TestDir dir;
  dir.put("no-program", "x");
  struct Case {
    SpawnOptions options;
    int code;
    std::string word;
  };
  SpawnOptions bad_cwd{.argv = {"true"}};
  bad_cwd.cwd = dir.path("none");
  SpawnOptions bad_cgroup{.argv = {"true"}};
  bad_cgroup.cgroup_procs = dir.path("none/cgroup.procs");
  SpawnOptions bad_fd{.argv = {"true"}};
  bad_fd.fds = {{987, 5}};
  const Case cases[] = {
      {{.argv = {}}, EINVAL, "program"},
      {{.argv = {"/no/such/program"}}, ENOENT, "/no/such/program"},
      {{.argv = {dir.path("no-program")}}, EACCES, dir.path().substr(0, 20)},
      {bad_cwd, ENOENT, dir.path().substr(0, 20)},
      {bad_cgroup, ENOENT, dir.path().substr(0, 20)},
      {bad_fd, EBADF, "descriptor"},
  };
  for (const auto& c : cases) {
    const auto child = spawn(c.options);
    ASSERT_FALSE(child) << c.word;
    EXPECT_EQ(child.error().code, c.code) << child.error().text;
    EXPECT_NE(child.error().text.find(c.word), std::string::npos)
        << child.error().text;
  }
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

TEST(Spawn, EndIsSeenOnce) {
  const auto child = spawn({.argv = {"sleep", "1000"}});
  ASSERT_TRUE(child);
  EXPECT_FALSE(try_wait(child->pid).value().has_value());
  EXPECT_EQ(wait_exit(*child, 10).error().code, ETIMEDOUT);
  kill(child->pid, SIGKILL);
  const auto status = wait_exit(*child, kLong_ms);
  ASSERT_TRUE(status);
  EXPECT_EQ(WTERMSIG(*status), SIGKILL);
  EXPECT_EQ(try_wait(child->pid).error().code, ECHILD);
}

}  // namespace
}  // namespace mosix
