#include "traffic_gang.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

namespace traffic {

void die(const char* what) {
  std::fprintf(stderr, "traffic: %d: ", getpid());
  std::perror(what);
  _exit(1);
}

void sleep_us(std::uint64_t microseconds) {
  timespec left{};
  left.tv_sec = static_cast<time_t>(microseconds / 1000000);
  left.tv_nsec = static_cast<long>(microseconds % 1000000 * 1000);
  while (nanosleep(&left, &left) != 0 && errno == EINTR) {
  }
}

namespace {

/// Zeroes, that child processes share.
void* share(std::size_t size) {
  void* memory = mmap(nullptr, size, PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) die("mmap");
  return memory;
}

/// Waits for all children. False if one failed.
bool reap() {
  bool good = true;
  int status = 0;
  while (wait(&status) > 0)
    good = good && WIFEXITED(status) && WEXITSTATUS(status) == 0;
  return good;
}

}  // namespace

Gang::Gang(std::size_t processes, unsigned seconds)
    : capacity_(processes),
      seconds_(seconds),
      shared_(static_cast<Shared*>(share(sizeof(Shared)))),
      accounts_(static_cast<Account*>(share(processes * sizeof(Account)))) {
  if (pipe2(done_, O_CLOEXEC) != 0 || pipe2(release_, O_CLOEXEC) != 0)
    die("pipe");
  alarm(seconds);
}

void Gang::start(const char* role, const Work& work) {
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) die("fork");
  if (pid == 0) be_child(role, work, parent);
}

void Gang::be_child(const char* role, const Work& work, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  alarm(seconds_);
  close(done_[0]);
  // A grandchild finds this closed, and maybe used anew.
  if (release_[1] >= 0) close(release_[1]);
  release_[1] = done_[0] = -1;

  const std::size_t number = shared_->accounts_used.fetch_add(1);
  if (number >= capacity_) {
    errno = ENOSPC;
    die("more processes than expected");
  }
  Account& account = accounts_[number];
  account.role = role;
  account.pid = getpid();
  work(account);
  if (write(done_[1], "", 1) != 1) die("done");
  char none = 0;
  while (read(release_[0], &none, 1) < 0 && errno == EINTR) {
  }
  _exit(reap() ? 0 : 1);
}

void Gang::await(std::size_t processes) {
  // Only children have the other end: when none is left, this ends too.
  if (done_[1] >= 0) close(done_[1]);
  done_[1] = -1;
  std::array<char, 256> bytes{};
  while (processes > 0) {
    const ssize_t got =
        read(done_[0], bytes.data(), std::min(bytes.size(), processes));
    if (got < 0) die("await");
    if (got == 0) {
      std::fputs("traffic: processes failed\n", stderr);
      _exit(1);
    }
    processes -= static_cast<std::size_t>(got);
  }
}

void Gang::hold() {
  sigset_t ends{};
  sigset_t before{};
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  sigprocmask(SIG_BLOCK, &ends, &before);
  for (const int signal : {SIGTERM, SIGINT}) {
    struct sigaction action {};
    action.sa_handler = [](int) {};
    sigaction(signal, &action, nullptr);
  }
  pollfd input{STDIN_FILENO, POLLIN, 0};
  ppoll(&input, 1, nullptr, &before);
}

bool Gang::end() {
  close(release_[1]);
  return reap();
}

std::span<Account> Gang::accounts() {
  return {accounts_, shared_->accounts_used};
}

}  // namespace traffic
