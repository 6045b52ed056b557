// A process that plays a job in tests: it takes hold of something, says so, and
// waits to be looked at.
#pragma once

#include <cerrno>
#include <csignal>
#include <cstring>
#include <functional>
#include <iostream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/cantmove.h"
#include "host/proc_info.h"

namespace mosix::test_job {

using Pids = std::vector<int>;

/// Runs in the job. "" if it has what it wanted to hold, else why this machine
/// does not give it. Pids put into `cgroup` count as members of the job.
using Hold = std::function<std::string(Pids& cgroup)>;

inline std::string reason() {
  return std::strerror(errno);
}

/// Holds what a call gives that answers less than 0 if it fails.
inline Hold holds(std::function<long()> make) {
  return [make](Pids&) { return make() < 0 ? reason() : std::string(); };
}

[[noreturn]] inline void wait_for_end() {
  for (;;) pause();
}

/// The descriptor over which a job tells the test that it is ready.
inline constexpr int kReport = 900;

/// Forks a process that runs `prepare` and then waits; returns when it has.
inline pid_t fork_ready(const std::function<void()>& prepare) {
  int ready[2];
  if (pipe(ready) < 0) return -1;
  const pid_t pid = fork();
  if (pid == 0) {
    close(kReport);
    close(ready[0]);
    prepare();
    // A byte, not the end of the pipe: a member made by `prepare` has it too.
    [[maybe_unused]] const auto n = write(ready[1], "", 1);
    close(ready[1]);
    wait_for_end();
  }
  close(ready[1]);
  char nothing;
  [[maybe_unused]] const auto n = read(ready[0], &nothing, 1);
  close(ready[0]);
  return pid;
}

/// A member of the job.
inline pid_t insider(const std::function<void()>& prepare) {
  return fork_ready(prepare);
}

/// A process with the same descriptors that is no descendant of the job, since
/// its parent has ended. That parent may have begun a session.
inline pid_t outsider(const std::function<void()>& prepare,
                      bool new_session = false) {
  int report[2];
  if (pipe(report) < 0) return -1;
  const pid_t middle = fork();
  if (middle == 0) {
    if (new_session) setsid();
    const pid_t pid = fork_ready([&] {
      close(report[0]);
      close(report[1]);
      prepare();
    });
    [[maybe_unused]] const auto n = write(report[1], &pid, sizeof pid);
    _exit(0);
  }
  pid_t pid = -1;
  [[maybe_unused]] const auto n = read(report[0], &pid, sizeof pid);
  close(report[0]);
  close(report[1]);
  waitpid(middle, nullptr, 0);
  return pid;
}

class TestJob {
 public:
  explicit TestJob(const Hold& hold, bool new_session = true) {
    int said[2];
    if (prctl(PR_SET_CHILD_SUBREAPER, 1) < 0 || pipe(said) < 0) return;
    pid_ = fork();
    if (pid_ == 0) run(hold, new_session, said[1]);
    close(said[1]);
    std::string text;
    char chunk[512];
    for (ssize_t n; (n = read(said[0], chunk, sizeof chunk)) > 0;)
      text.append(chunk, static_cast<std::size_t>(n));
    close(said[0]);
    std::istringstream words(text);
    std::getline(words, missing_);
    if (words.eof()) missing_ = "the job died while it was made";
    for (int pid; words >> pid;) view_.cgroup_pids.push_back(pid);
    view_.root_pid = pid_;
  }
  TestJob(const TestJob&) = delete;
  TestJob& operator=(const TestJob&) = delete;
  ~TestJob() {
    // Whatever the job leaves behind becomes a child of this process.
    for (;;) {
      const auto left = children(getpid());
      if (!left || left->empty()) return;
      // All at once: the end of one may wait for that of its tracer.
      for (const int pid : *left) kill(pid, SIGKILL);
      for (const int pid : *left) waitpid(pid, nullptr, 0);
    }
  }

  /// Why it could not be made, "" if it could.
  const std::string& missing() const { return missing_; }
  int pid() const { return pid_; }
  JobView& view() { return view_; }

  /// The codes of what is in the way; the text of an error.
  std::set<std::string> codes() const {
    const auto mobility = check_mobility(view_);
    if (!mobility) return {"error: " + mobility.error().text};
    std::set<std::string> codes;
    for (const auto& obstacle : mobility->obstacles)
      codes.insert(obstacle.code);
    return codes;
  }

 private:
  [[noreturn]] static void run(const Hold& hold, bool new_session, int said) {
    if (new_session) setsid();
    for (int fd = 0; fd < 3; ++fd) close(fd);
    open("/dev/null", O_RDWR);
    dup2(0, 1);
    dup2(0, 2);
    if (said != 3) dup2(said, 3);
    close_range(4, ~0u, 0);
    // A number that members and outsiders know to close.
    const int hidden = fcntl(3, F_DUPFD, kReport);
    close(3);
    Pids cgroup;
    std::string text = hold(cgroup) + "\n";
    for (const int pid : cgroup) text += std::to_string(pid) + " ";
    [[maybe_unused]] const auto n = write(hidden, text.data(), text.size());
    close(hidden);
    wait_for_end();
  }

  pid_t pid_ = -1;
  std::string missing_;
  JobView view_;
};

/// A thing to hold and what stands in the way then: the only code, "" for none.
struct Kind {
  std::string name;
  std::string code;
  Hold hold;
};

inline void check_kinds(const std::vector<Kind>& kinds) {
  std::string skipped;
  for (const auto& kind : kinds) {
    TestJob job(kind.hold);
    if (!job.missing().empty()) {
      skipped += " " + kind.name + " (" + job.missing() + ")";
      continue;
    }
    job.view().ghost_limit = 1 << 20;
    const std::set<std::string> expected =
        kind.code.empty() ? std::set<std::string>{} : std::set{kind.code};
    const auto mobility = check_mobility(job.view());
    EXPECT_EQ(job.codes(), expected)
        << kind.name << ": " << (mobility ? mobility->cantmove() : "");
  }
  if (!skipped.empty()) std::cout << "not on this machine:" << skipped << "\n";
}

}  // namespace mosix::test_job
