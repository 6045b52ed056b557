#include "child.h"

#include <chrono>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace bench {

namespace {

double ms(const timeval& time) {
  return static_cast<double>(time.tv_sec) * 1e3 +
         static_cast<double>(time.tv_usec) / 1e3;
}

/// A child's largest memory counts from before its exec: what starts it must be
/// small, so no script does.
pid_t start(const std::vector<std::string>& words, const std::string& out) {
  std::vector<char*> arguments;
  for (const std::string& word : words)
    arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const std::string err = out + ".err";
  constexpr int kFlags = O_WRONLY | O_CREAT | O_TRUNC;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null",
                                   O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, out.c_str(), kFlags,
                                   0600);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, err.c_str(), kFlags,
                                   0600);
  pid_t pid = 0;
  const int error = posix_spawnp(&pid, arguments[0], &actions, nullptr,
                                 arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0)
    throw std::system_error(error, std::generic_category(), words[0]);
  return pid;
}

/// Whether it ended in time; if not, it is killed.
bool await(pid_t pid, double limit_s) {
  const int fd = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
  if (fd < 0)
    throw std::system_error(errno, std::generic_category(), "pidfd_open");
  pollfd ended{fd, POLLIN, 0};
  const bool in_time = poll(&ended, 1, static_cast<int>(limit_s * 1e3)) > 0;
  close(fd);
  if (!in_time) kill(pid, SIGKILL);
  return in_time;
}

}  // namespace

Cost run_child(const std::vector<std::string>& words, double limit_s,
               const std::string& out) {
  const auto begin = std::chrono::steady_clock::now();
  const pid_t pid = start(words, out);
  const bool in_time = await(pid, limit_s);
  rusage usage{};
  int status = 0;
  if (wait4(pid, &status, 0, &usage) != pid)
    throw std::system_error(errno, std::generic_category(), "wait4");
  const std::chrono::duration<double, std::milli> wall =
      std::chrono::steady_clock::now() - begin;
  if (in_time && status != 0)
    throw std::runtime_error(words[0] + " failed: see " + out + ".err");
  return {wall.count(), ms(usage.ru_utime) + ms(usage.ru_stime),
          usage.ru_maxrss, !in_time};
}

}  // namespace bench
