#include "action/child.h"

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <thread>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/test_dir.h"

namespace balance {
namespace {

using std::chrono::milliseconds;

class Child : public testing::Test {
 protected:
  /// Runs a script to its end; its output is in `out`.
  int run(const std::string& script, const Patience& patience = {}) {
    const auto pid = start_child(
        {"/bin/sh", "-c", "exec >" + dir.path("out") + "\n" + script},
        {"COLOUR=blue"}, Stdio::inherited);
    EXPECT_TRUE(pid);
    const auto status = wait_child(*pid, patience);
    if (!status) return -status.error().code;
    return *status;
  }
  std::string out() {
    std::ifstream in(dir.path("out"));
    return {std::istreambuf_iterator<char>(in), {}};
  }

  mosix::TestDir dir;
};

TEST_F(Child, ItsStatusIsThatOfTheProgram) {
  EXPECT_EQ(status_text(run("exit 0")), "exit status 0");
  EXPECT_EQ(status_text(run("exit 3")), "exit status 3");
  EXPECT_EQ(status_text(run("kill -9 $$")), "killed by signal 9");
  const auto missing = start_child({"/no/such/program"}, {}, Stdio::none);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().text,
            "/no/such/program: No such file or directory");
}

TEST_F(Child, HasASessionAndASmallEnvironmentOfItsOwn) {
  const int leaked = dup2(STDERR_FILENO, 77);
  setenv("COLOUR", "red", 1);
  run("echo $COLOUR; test -e /proc/$$/fd/77 && echo leaked; "
      "ps -o sid= -p $$ | tr -d ' '; echo $$");
  close(leaked);
  std::istringstream words(out());
  std::string colour;
  int session = 0, pid = -1;
  words >> colour >> session >> pid;
  EXPECT_EQ(colour, "blue");
  EXPECT_EQ(session, pid);
}

/// Before any test.
const char* const kZone = std::getenv("TZ");

TEST_F(Child, LivesInTheTimeZoneThatWeWereStartedIn) {
  setenv("TZ", "EST5", 1);
  run("echo ${TZ-none}");
  EXPECT_EQ(out(), std::string(kZone == nullptr ? "none" : kZone) + '\n');
}

TEST_F(Child, FindsSignalsAsAProgramExpectsThem) {
  sigset_t blocked, before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &blocked, &before);
  const auto old = signal(SIGPIPE, SIG_IGN);
  run("grep -E 'Sig(Blk|Ign)' /proc/self/status | cut -f2");
  signal(SIGPIPE, old);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  std::istringstream masks(out());
  std::uint64_t block = 1, ignored = 1;
  masks >> std::hex >> block >> ignored;
  EXPECT_EQ(block, 0U);
  // Two signals belong to the C library.
  EXPECT_EQ(ignored & ~std::uint64_t{0x180000000}, 0U);
}

TEST_F(Child, IsKilledWithItsFamilyAtTheDeadline) {
  EXPECT_EQ(run("sleep 1000 & echo $!; wait", {milliseconds(200), {}}),
            -ETIMEDOUT);
  const int sleeper = std::stoi(out());
  // Somebody else reaps it.
  bool gone = false;
  for (int i = 0; i < 500 && !gone; ++i) {
    std::ifstream stat("/proc/" + std::to_string(sleeper) + "/stat");
    const std::string text((std::istreambuf_iterator<char>(stat)), {});
    gone = text.empty() || text.find(") Z ") != std::string::npos;
    std::this_thread::sleep_for(milliseconds(10));
  }
  EXPECT_TRUE(gone);
  // One that does not hear is killed all the same.
  EXPECT_EQ(
      run("trap '' TERM; while :; do sleep 1; done", {milliseconds(200), {}}),
      -ETIMEDOUT);
  EXPECT_EQ(run("exit 3", {milliseconds(60000), {}}), 3 << 8);
}

TEST_F(Child, MayBeLeftAlone) {
  const auto pid = start_child({"sleep", "1000"}, {}, Stdio::none);
  ASSERT_TRUE(pid);
  int asked = 0;
  const auto status = wait_child(*pid, {{}, [&] { return ++asked == 2; }});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().text, "left running");
  EXPECT_EQ(kill(*pid, 0), 0);
  kill(*pid, SIGKILL);
  waitpid(*pid, nullptr, 0);
}

}  // namespace
}  // namespace balance
