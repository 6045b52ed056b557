#include "pmmosix/signals.h"

#include <csignal>
#include <cstdint>

#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace mosix {
namespace {

constexpr int kForwarded[] = {SIGHUP,  SIGINT,  SIGQUIT,   SIGTERM,   SIGUSR1,
                              SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF,   SIGWINCH,
                              SIGIO,   SIGPWR,  SIGXCPU,   SIGSTKFLT, SIGURG};

bool ignored(int signo) {
  struct sigaction action = {};
  return sigaction(signo, nullptr, &action) == 0 &&
         action.sa_handler == SIG_IGN;
}

}  // namespace

ForwardedSignals::ForwardedSignals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signo : kForwarded)
    if (!ignored(signo)) sigaddset(&set, signo);
  for (int signo = SIGRTMIN; signo <= SIGRTMAX; ++signo)
    if (!ignored(signo)) sigaddset(&set, signo);
  sigprocmask(SIG_BLOCK, &set, nullptr);
  // A broken stdout is seen where it is written to; a terminal that may not be
  // read now (we are in the background) must not stop the relay.
  signal(SIGPIPE, SIG_IGN);
  signal(SIGTTIN, SIG_IGN);
  fd_.reset(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

void ForwardedSignals::read(
    const std::function<void(int signo, bool group)>& take) const {
  signalfd_siginfo info;
  while (::read(fd_.get(), &info, sizeof info) ==
         static_cast<ssize_t>(sizeof info))
    take(static_cast<int>(info.ssi_signo), info.ssi_code == SI_KERNEL);
}

void die_by(int signo) {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  signal(signo, SIG_DFL);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, signo);
  raise(signo);
  sigprocmask(SIG_UNBLOCK, &set, nullptr);
  // Its default is not to end a process: say it as a shell would.
  _exit(128 + signo);
}

}  // namespace mosix
