#include "host/fault.h"

#include <csignal>
#include <filesystem>
#include <functional>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/file.h"
#include "host/test_dir.h"

namespace mosix {
namespace {

class Fault : public ::testing::Test {
 protected:
  void SetUp() override { fault_open(dir_.path("faults")); }
  void TearDown() override { fault_open(""); }

  std::string left() const { return read_file(dir_.path("faults")).value(); }

  /// Comes to `point` in a child; the child exits with 10 + what fault() said.
  pid_t fork_at(const std::string& point) const {
    const pid_t pid = fork();
    if (pid == 0) _exit(fault(point) ? 11 : 10);
    return pid;
  }

  TestDir dir_;
};

TEST_F(Fault, ActionsDoWhatTheyAreNamed) {
  struct Case {
    std::string line;
    std::function<bool(int)> expected;
  };
  const auto exits = [](int code) {
    return [code](int status) {
      return WIFEXITED(status) && WEXITSTATUS(status) == code;
    };
  };
  const Case cases[] = {
      {"here kill9", [](int s) { return WIFSIGNALED(s) && WTERMSIG(s) == 9; }},
      {"here stop", [](int s) { return WIFSTOPPED(s); }},
      {"here exit", exits(1)},
      {"here fail", exits(11)},
      {"here delay 1", exits(10)},
      {"here delay", exits(10)},
      {"there kill9", exits(10)},
      {"her kill9", exits(10)},
      {"here2 kill9", exits(10)},
  };
  for (const auto& c : cases) {
    dir_.put("faults", c.line + "\n");
    const pid_t pid = fork_at("here");
    int status = 0;
    ASSERT_EQ(waitpid(pid, &status, WUNTRACED), pid);
    EXPECT_TRUE(c.expected(status)) << c.line << ": status " << status;
    if (WIFSTOPPED(status)) {
      kill(pid, SIGKILL);
      waitpid(pid, &status, 0);
    }
    EXPECT_EQ(left().empty(), c.line.starts_with("here ")) << c.line;
  }
}

TEST_F(Fault, EachLineFiresOnceAndTheOthersStay) {
  dir_.put("faults", "a kill9\nb fail\nb fail\nc fail");
  EXPECT_TRUE(fault("b"));
  EXPECT_EQ(left(), "a kill9\nb fail\nc fail");
  EXPECT_TRUE(fault("c"));
  EXPECT_TRUE(fault("b"));
  EXPECT_FALSE(fault("b"));
  EXPECT_EQ(left(), "a kill9\n");
}

TEST_F(Fault, ALineFiresInOneProcessOnly) {
  constexpr int kLines = 2000;
  constexpr int kProcesses = 4;
  int fired[2];
  ASSERT_EQ(pipe(fired), 0);
  for (int i = 0; i < kProcesses; ++i) {
    if (fork() != 0) continue;
    while (access(dir_.path("faults").c_str(), F_OK) < 0) continue;
    while (fault("here"))
      if (write(fired[1], "", 1) != 1) _exit(1);
    _exit(0);
  }
  close(fired[1]);
  std::string lines;
  for (int i = 0; i < kLines; ++i) lines += "here fail\n";
  dir_.put("draft", lines);
  std::filesystem::rename(dir_.path("draft"), dir_.path("faults"));
  int count = 0;
  char chunk[256];
  for (ssize_t n; (n = read(fired[0], chunk, sizeof chunk)) > 0;)
    count += static_cast<int>(n);
  close(fired[0]);
  for (int i = 0; i < kProcesses; ++i) wait(nullptr);
  EXPECT_EQ(count, kLines);
  EXPECT_EQ(left(), "");
}

TEST_F(Fault, WaitsForGo) {
  dir_.put("faults", "here wait\n");
  const pid_t pid = fork_at("here");
  while (!left().empty()) usleep(1000);
  usleep(50000);
  int status = 0;
  EXPECT_EQ(waitpid(pid, &status, WNOHANG), 0) << "it did not wait";
  dir_.put("faults.here.go", "");
  ASSERT_EQ(waitpid(pid, &status, 0), pid);
  EXPECT_EQ(WEXITSTATUS(status), 10);
}

TEST_F(Fault, OffOrEmptyIsHarmless) {
  EXPECT_FALSE(fault("here"));  // no file
  dir_.put("faults", "");
  EXPECT_FALSE(fault("here"));
  dir_.put("faults", "here fail\n");
  fault_open("");
  EXPECT_FALSE(fault("here"));
  EXPECT_EQ(left(), "here fail\n");
}

}  // namespace
}  // namespace mosix
