// A tracee dies with its tracer if the shim is preloaded, and lives if not.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

/// The tracer: seizes a child, says its pid, and waits to be killed. `options`
/// set as criu does it, in the seizing or later.
[[noreturn]] void trace(const std::string& how) {
  const pid_t tracee = fork();
  if (tracee == 0)
    for (;;) pause();
  long done = ptrace(PTRACE_SEIZE, tracee, nullptr, nullptr);
  if (how == "options") {
    done |= ptrace(PTRACE_INTERRUPT, tracee, nullptr, nullptr);
    waitpid(tracee, nullptr, 0);
    done |= ptrace(PTRACE_SETOPTIONS, tracee, nullptr, PTRACE_O_TRACESYSGOOD);
    done |= ptrace(PTRACE_CONT, tracee, nullptr, nullptr);
  }
  std::printf("%d\n", done == 0 ? static_cast<int>(tracee) : -1);
  std::fflush(stdout);
  for (;;) pause();
}

/// Kills a tracer; does its tracee live on?
void survives(const char* preload, const char* how, bool expected) {
  SCOPED_TRACE(how);
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  // The orphan comes to us, so that its end is seen for certain.
  ASSERT_EQ(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
  const pid_t tracer = fork();
  if (tracer == 0) {
    dup2(ends[1], 1);
    if (preload != nullptr) setenv("LD_PRELOAD", preload, 1);
    // Where this is built with the sanitizer, which else wants to be first.
    setenv("ASAN_OPTIONS", "verify_asan_link_order=0", 1);
    execl("/proc/self/exe", "exitkill_test", "--trace", how, nullptr);
    _exit(127);
  }
  close(ends[1]);
  char text[32] = {};
  ASSERT_GT(read(ends[0], text, sizeof text - 1), 0);
  close(ends[0]);
  const pid_t tracee = std::atoi(text);
  ASSERT_GT(tracee, 0);
  kill(tracer, SIGKILL);
  ASSERT_EQ(waitpid(tracer, nullptr, 0), tracer);
  // The kernel's SIGKILL is sent before the tracer can be reaped.
  int status = 0;
  if (expected) {
    usleep(100000);
    EXPECT_EQ(waitpid(tracee, &status, WNOHANG), 0);
    EXPECT_EQ(kill(tracee, SIGKILL), 0);
  }
  EXPECT_EQ(waitpid(tracee, &status, 0), tracee);
  EXPECT_EQ(status, SIGKILL);
}

TEST(ExitKill, TheTraceeOfAKilledTracerDiesWithItOnlyWithTheShim) {
  const char* shim = MOSIX_BIN "/libmosix-exitkill.so";
  survives(shim, "seize", false);
  survives(shim, "options", false);
  survives(nullptr, "seize", true);
  survives(nullptr, "options", true);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3 && std::string(argv[1]) == "--trace") trace(argv[2]);
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
