#include "bpf/test_child.h"

#include <array>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include <fcntl.h>
#include <grp.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/capability.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace netstat::testing {

namespace {

constexpr int kPatienceMs = 30000;
constexpr unsigned kNobody = 65534;

void must(bool done, const char* what) {
  if (!done)
    throw std::runtime_error(std::string(what) + ": " + std::strerror(errno));
}

std::pair<mosix::Fd, mosix::Fd> make_pipe() {
  std::array<int, 2> ends;
  must(::pipe2(ends.data(), O_CLOEXEC) == 0, "pipe");
  return {mosix::Fd(ends[0]), mosix::Fd(ends[1])};
}

void set_capabilities(const char* text) {
  const std::unique_ptr<_cap_struct, decltype(&::cap_free)> capabilities(
      ::cap_from_text(text), ::cap_free);
  must(capabilities && ::cap_set_proc(capabilities.get()) == 0, text);
}

}  // namespace

Talk::Talk(mosix::Fd in, mosix::Fd out)
    : in_(std::move(in)), out_(std::move(out)) {}

void Talk::say(std::uint64_t number) const {
  must(::write(out_.get(), &number, sizeof number) == sizeof number, "say");
}

std::uint64_t Talk::hear() const {
  pollfd ready{in_.get(), POLLIN, 0};
  must(::poll(&ready, 1, kPatienceMs) == 1, "hear");
  std::uint64_t number = 0;
  must(::read(in_.get(), &number, sizeof number) == sizeof number, "hear");
  return number;
}

Child::Child(const Body& body) {
  auto [child_in, parent_out] = make_pipe();
  auto [parent_in, child_out] = make_pipe();
  pid_ = ::fork();
  must(pid_ >= 0, "fork");
  if (pid_ > 0) {
    talk_ = std::make_unique<Talk>(std::move(parent_in), std::move(parent_out));
    return;
  }
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  parent_in.reset();
  parent_out.reset();
  try {
    body(Talk(std::move(child_in), std::move(child_out)));
  } catch (const std::exception& error) {
    ::dprintf(STDERR_FILENO, "child: %s\n", error.what());
    ::_exit(1);
  }
  ::_exit(0);
}

Child::~Child() {
  if (pid_ <= 0) return;
  signal(SIGKILL);
  wait();
}

void Child::signal(int number) const {
  ::kill(pid_, number);
}

int Child::wait() {
  int status = 0;
  ::waitpid(std::exchange(pid_, -1), &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

void in_another_pid_namespace(const std::function<void()>& body) {
  Child outer([&](const Talk&) {
    must(::unshare(CLONE_NEWPID) == 0, "unshare");
    Child inner([&](const Talk&) { body(); });
    must(inner.wait() == 0, "inner process");
  });
  must(outer.wait() == 0, "outer process");
}

void become_nobody() {
  must(::setgroups(0, nullptr) == 0, "setgroups");
  must(::setresgid(kNobody, kNobody, kNobody) == 0, "setresgid");
  must(::setresuid(kNobody, kNobody, kNobody) == 0, "setresuid");
}

void become_nobody_with_bpf() {
  must(::prctl(PR_SET_KEEPCAPS, 1) == 0, "keep capabilities");
  become_nobody();
  set_capabilities("cap_bpf,cap_perfmon=ep");
}

void drop_capabilities() {
  set_capabilities("=");
}

void own_network() {
  must(::unshare(CLONE_NEWNET) == 0, "unshare");
  const mosix::Fd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq loopback{};
  std::strcpy(loopback.ifr_name, "lo");
  loopback.ifr_flags = IFF_UP;
  must(::ioctl(socket.get(), SIOCSIFFLAGS, &loopback) == 0, "lo up");
}

void allow_all_descriptors() {
  rlimit limit{};
  must(::getrlimit(RLIMIT_NOFILE, &limit) == 0, "getrlimit");
  limit.rlim_cur = limit.rlim_max;
  must(::setrlimit(RLIMIT_NOFILE, &limit) == 0, "setrlimit");
}

}  // namespace netstat::testing
