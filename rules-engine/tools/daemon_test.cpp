#include "tools/daemon.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

namespace balance {
namespace {

namespace fs = std::filesystem;

class DaemonTest : public testing::Test {
 protected:
  DaemonTest() {
    char name[] = "/tmp/daemon_test.XXXXXX";
    folder_ = mkdtemp(name);
    command_.program = "pmbalance";
    command_.log_file = folder_ + "/log";
  }
  ~DaemonTest() override { fs::remove_all(folder_); }

  std::string contents(const std::string& name) const {
    std::ifstream in(folder_ + '/' + name);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  /// Runs `act` in a process of its own, whose streams it may bend.
  template <class Act>
  int in_child(const Act& act) const {
    const pid_t pid = fork();
    if (pid == 0) {
      const int status = act();
      std::fflush(stdout);
      std::fflush(stderr);
      _exit(status);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    return status;
  }

  std::string folder_;
  CommandLine command_;
};

TEST_F(DaemonTest, WritesToItsLogAndToTheNextOne) {
  command_.one_stream = true;
  command_.primary = true;
  command_.note = "a note";
  setenv("PCP_RUN_DIR", folder_.c_str(), 1);
  const int status = in_child([this] {
    const auto daemon = Daemon::start(command_);
    if (!daemon) return 1;
    (*daemon)->ready();
    if (!fs::exists(folder_ + "/pmbalance.pid")) return 2;
    if ((*daemon)->log_path() != command_.log_file) return 3;
    std::printf("printed\n");
    // Line by line is only what was not used before, as it was here.
    std::fflush(stdout);
    std::fprintf(stderr, "said\n");
    fs::rename(command_.log_file, folder_ + "/old");
    (*daemon)->reopen_log();
    std::printf("printed later\n");
    return 0;
  });
  ASSERT_EQ(status, 0);
  const std::string before = contents("old");
  EXPECT_NE(before.find(", via local: [primary] a note\n"), std::string::npos);
  EXPECT_NE(before.find("printed\nsaid\n"), std::string::npos) << before;
  EXPECT_NE(before.find("\nLog rotated "), std::string::npos);
  const std::string after = contents("log");
  EXPECT_EQ(after.find("Log for pmbalance rotated "), 0U) << after;
  EXPECT_NE(after.find("\nprinted later\n"), std::string::npos) << after;
  EXPECT_FALSE(fs::exists(folder_ + "/pmbalance.pid"));
}

TEST_F(DaemonTest, DoesNotStartWithoutItsLog) {
  command_.log_file = folder_ + "/none/log";
  const int status = in_child([this] {
    const auto daemon = Daemon::start(command_);
    return daemon ? 1 : 0;
  });
  EXPECT_EQ(status, 0);
}

TEST_F(DaemonTest, TellsTheServiceManager) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = folder_ + "/notify";
  std::strcpy(address.sun_path, path.c_str());
  const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  ASSERT_EQ(
      bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  setenv("NOTIFY_SOCKET", path.c_str(), 1);
  notify_service_manager("READY=1");
  std::array<char, 64> text{};
  EXPECT_EQ(read(fd, text.data(), text.size()), 7);
  EXPECT_STREQ(text.data(), "READY=1");
  close(fd);
  // Nobody listens any more: nothing happens.
  notify_service_manager("STOPPING=1");
  unsetenv("NOTIFY_SOCKET");
  notify_service_manager("STOPPING=1");
}

TEST(Signals, EndTheSleepOrAreObeyedInIt) {
  block_signals();
  int hung_up = 0;
  int dumped = 0;
  SignalActions actions;
  actions.hang_up = [&] { ++hung_up; };
  actions.dump = [&] { ++dumped; };
  raise(SIGHUP);
  raise(SIGUSR1);
  EXPECT_TRUE(sleep_until(base::wall_clock_s() + 0.01, actions));
  EXPECT_EQ(hung_up, 1);
  EXPECT_EQ(dumped, 1);
  raise(SIGHUP);
  EXPECT_TRUE(sleep_until(0, {}));
  for (const int signal : {SIGTERM, SIGINT}) {
    raise(signal);
    EXPECT_FALSE(sleep_until(base::wall_clock_s() + 60, actions));
  }
  EXPECT_EQ(hung_up, 1);
  unblock_signals();
}

}  // namespace
}  // namespace balance
