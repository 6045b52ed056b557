#include "capsule/capsule.h"

#include <algorithm>
#include <chrono>
#include <csignal>

#include <poll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capsule/frames.h"

namespace mosix {

using base::fail_errno;
using base::Result;

namespace {

Fd open_child_signal() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  sigprocmask(SIG_BLOCK, &set, nullptr);
  return Fd(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

}  // namespace

Capsule::Capsule(Spec spec, CopyCgroup cgroup)
    : spec_(std::move(spec)),
      cgroup_(std::move(cgroup)),
      link_(spec_.socket),
      child_signal_(open_child_signal()),
      uid_(spec_.uid),
      gid_(spec_.gid) {}

Result<Capsule> Capsule::make(Spec spec) {
  auto cgroup = CopyCgroup::open(spec.dir_of_cgroup(), spec.name_of_cgroup());
  if (!cgroup) return tl::make_unexpected(cgroup.error());
  Capsule capsule(std::move(spec), std::move(*cgroup));
  if (!capsule.child_signal_) return fail_errno("signalfd");
  if (capsule.spec_.restore) return capsule;
  auto pipes = JobPipes::make(capsule.uid_, capsule.gid_);
  if (!pipes) return tl::make_unexpected(pipes.error());
  auto launch = JobLaunch::fork_gated(capsule.spec_, capsule.cgroup_, *pipes);
  if (!launch) return tl::make_unexpected(launch.error());
  pipes->close_job_ends();
  capsule.pipes_ = std::move(*pipes);
  capsule.root_pid_ = launch->pid();
  capsule.launch_ = std::move(*launch);
  capsule.phase_ = Phase::gated;
  return capsule;
}

void Capsule::run() {
  while (!closed_) {
    const Time now = std::chrono::steady_clock::now();
    if (link_.try_connect(now)) hello();
    settle();
    speak(now);
    wait();
    reap();
    if (phase_ == Phase::restored) see_thaw();
    while (auto message = link_.next()) {
      obey(*message);
      end_.hold_signals(signals_must_wait());
      deliver_signals();
    }
  }
}

/// Waits for anything that needs attention, and reads the connection.
void Capsule::wait() {
  const Time now = std::chrono::steady_clock::now();
  auto wake = link_.retry_at();
  if (relaying() && link_.up()) wake = frames::earlier(wake, end_.wake_at());
  const auto wanted = [&](bool condition, int fd) {
    return condition && relaying() ? fd : -1;
  };
  pollfd fds[] = {
      {link_.fd(), link_.poll_events(), 0},
      {child_signal_.get(), POLLIN, 0},
      {launch_ ? launch_->report_fd() : -1, POLLIN, 0},
      {freezer_events_.get(), POLLPRI, 0},
      {pipes_ ? wanted(!end_.in.pending().empty(), pipes_->in()) : -1, POLLOUT,
       0},
      {pipes_ ? wanted(end_.out.room() > 0, pipes_->out()) : -1, POLLIN, 0},
      {pipes_ ? wanted(end_.err.room() > 0, pipes_->err()) : -1, POLLIN, 0},
  };
  if (poll(fds, std::size(fds), frames::timeout_ms(wake, now)) < 0) return;
  if ((fds[0].revents & ~POLLOUT) != 0) link_.fill();
  if (fds[2].revents != 0) launch_ended();
}

void Capsule::reap() {
  signalfd_siginfo info;
  while (read(child_signal_.get(), &info, sizeof info) > 0) continue;
  int status = 0;
  for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
    if (pid == criu_pid_)
      criu_ended(status);
    else if (pid == root_pid_ && !status_)
      root_ended(status);
  }
}

/// Brings about what follows from the present state.
void Capsule::settle() {
  end_.hold_signals(signals_must_wait());
  deliver_signals();
  if (!relaying()) return;
  if (status_ && !end_told_ && criu_pid_ == 0) {
    // What the job left running goes with it. Not while criu runs: it and its
    // hook would go too.
    kill(-1, SIGKILL);
    end_.exited(*status_);
    end_told_ = true;
  }
  pump_in();
  pump_out();
}

void Capsule::speak(Time now) {
  if (!link_.up()) return;
  while (relaying() && !link_.congested()) {
    auto frame = end_.next(now);
    if (!frame) break;
    link_.send(*frame);
  }
  link_.flush();
  if (link_.idle()) criu_report_.reset();
}

}  // namespace mosix
