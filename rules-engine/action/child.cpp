#include "action/child.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string_view>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace balance {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// How often `give_up` is asked.
constexpr milliseconds kSlice{100};
/// Between SIGTERM and SIGKILL.
constexpr milliseconds kGrace{1000};

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> out;
  for (std::string& each : strings) out.push_back(each.data());
  out.push_back(nullptr);
  return out;
}

/// TZ as this program was started with: `-Z` and `-z` set it for what we print,
/// not for others. The string itself is never changed.
const char* const kStartZone = std::getenv("TZ");

std::vector<std::string> environment(
    const std::vector<std::string>& variables) {
  const auto name = [](std::string_view text) {
    return text.substr(0, text.find('='));
  };
  std::vector<std::string> out = variables;
  if (kStartZone != nullptr) out.push_back(fmt::format("TZ={}", kStartZone));
  const std::size_t ours = out.size();
  for (char** at = environ; *at != nullptr; ++at) {
    const auto same = [&](const std::string& one) {
      return name(one) == name(*at);
    };
    const auto end = out.begin() + static_cast<std::ptrdiff_t>(ours);
    if (name(*at) != "TZ" && std::none_of(out.begin(), end, same))
      out.emplace_back(*at);
  }
  return out;
}

/// How a child is to start: attributes and file actions of posix_spawn(3).
class Setup {
 public:
  explicit Setup(Stdio stdio) {
    posix_spawnattr_init(&attributes_);
    posix_spawn_file_actions_init(&files_);
    sigset_t signals;
    sigfillset(&signals);
    posix_spawnattr_setsigdefault(&attributes_, &signals);
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes_, &signals);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSID |
                                               POSIX_SPAWN_SETSIGDEF |
                                               POSIX_SPAWN_SETSIGMASK);
    if (stdio == Stdio::none)
      for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        posix_spawn_file_actions_addopen(&files_, fd, "/dev/null", O_RDWR, 0);
    posix_spawn_file_actions_addclosefrom_np(&files_, STDERR_FILENO + 1);
  }
  ~Setup() {
    posix_spawnattr_destroy(&attributes_);
    posix_spawn_file_actions_destroy(&files_);
  }
  Setup(const Setup&) = delete;
  Setup& operator=(const Setup&) = delete;

  const posix_spawnattr_t* attributes() const { return &attributes_; }
  const posix_spawn_file_actions_t* files() const { return &files_; }

 private:
  posix_spawnattr_t attributes_{};
  posix_spawn_file_actions_t files_{};
};

/// True: the child has ended; it is still to be reaped.
base::Result<bool> ended_within(int pidfd, milliseconds time) {
  pollfd watch{pidfd, POLLIN, 0};
  const int ready = poll(&watch, 1, static_cast<int>(time.count()));
  if (ready < 0 && errno != EINTR) return base::fail_errno("poll");
  return ready > 0;
}

base::Result<int> reap(pid_t pid) {
  int status = 0;
  if (waitpid(pid, &status, 0) < 0)
    return base::fail_errno("its exit status was lost");
  return status;
}

/// The whole group, since a shell waits for its commands. It has its number
/// until the child is reaped.
void kill_child(int pidfd, pid_t pid) {
  kill(-pid, SIGTERM);
  [[maybe_unused]] const auto ended = ended_within(pidfd, kGrace);
  kill(-pid, SIGKILL);
  [[maybe_unused]] const auto status = reap(pid);
}

base::Result<int> wait_with(int pidfd, pid_t pid, const Patience& patience) {
  const auto begin = Clock::now();
  for (;;) {
    milliseconds time = patience.give_up ? kSlice : milliseconds(-1);
    if (patience.deadline.count() > 0) {
      const auto left = std::chrono::ceil<milliseconds>(
          begin + patience.deadline - Clock::now());
      if (left.count() <= 0) {
        kill_child(pidfd, pid);
        return base::fail(ETIMEDOUT, fmt::format("killed after {} ms",
                                                 patience.deadline.count()));
      }
      time = patience.give_up ? std::min(kSlice, left) : left;
    }
    const auto ended = ended_within(pidfd, time);
    if (!ended) return tl::make_unexpected(ended.error());
    if (*ended) return reap(pid);
    if (patience.give_up && patience.give_up())
      return base::fail(EINTR, "left running");
  }
}

}  // namespace

base::Result<pid_t> start_child(const std::vector<std::string>& words,
                                const std::vector<std::string>& variables,
                                Stdio stdio) {
  std::vector<std::string> arguments = words;
  std::vector<std::string> strings = environment(variables);
  const Setup setup(stdio);
  pid_t pid = 0;
  errno = posix_spawnp(&pid, words.front().c_str(), setup.files(),
                       setup.attributes(), pointers(arguments).data(),
                       pointers(strings).data());
  if (errno != 0) return base::fail_errno(words.front());
  return pid;
}

base::Result<int> wait_child(pid_t pid, const Patience& patience) {
  const int pidfd = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
  if (pidfd < 0) return base::fail_errno("pidfd_open");
  auto out = wait_with(pidfd, pid, patience);
  close(pidfd);
  return out;
}

std::string status_text(int status) {
  if (WIFSIGNALED(status))
    return fmt::format("killed by signal {}", WTERMSIG(status));
  return fmt::format("exit status {}", WEXITSTATUS(status));
}

}  // namespace balance
