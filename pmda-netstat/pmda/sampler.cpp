#include "pmda/sampler.h"

#include <csignal>
#include <ctime>
#include <exception>
#include <system_error>

#include <pcp/pmapi.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <syslog.h>

namespace netstat {
namespace {

using std::chrono::duration;
using std::chrono::nanoseconds;
using Clock = Pace::Clock;

/// Between two looks whether many ends wait, in case that is always so.
constexpr std::chrono::milliseconds kRest{100};

double seconds(Pace::Duration time) {
  return duration<double>(time).count();
}

std::uint64_t thread_cpu_us() {
  timespec used{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return static_cast<std::uint64_t>(used.tv_sec) * 1'000'000 +
         static_cast<std::uint64_t>(used.tv_nsec) / 1000;
}

mosix::Fd make_wake_fd() {
  mosix::Fd fd(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!fd) throw std::system_error(errno, std::generic_category(), "eventfd");
  return fd;
}

timespec timeout_until(Pace::Time then, Pace::Time now) {
  const auto left = std::max<nanoseconds>(nanoseconds(0), then - now);
  return {static_cast<time_t>(left.count() / 1'000'000'000),
          static_cast<long>(left.count() % 1'000'000'000)};
}

/// A thread that no signal reaches: they are for the main one.
template <class Function>
std::thread quiet_thread(Function function) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread thread(function);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

}  // namespace

Sampler::Sampler(Feeds feeds, Liveness& liveness, Pace::Duration interval)
    : collector_(std::move(feeds)),
      wake_fd_(make_wake_fd()),
      ledger_(liveness),
      pace_(interval) {
  const Feeds& chosen = collector_.feeds();
  status_.source = chosen.source->name();
  status_.counts_bytes = chosen.source->counts_bytes();
  status_.closes =
      chosen.closes ? chosen.closes->name() : "none: " + chosen.no_closes;
  status_.no_volumes = chosen.no_volumes;
  thread_ = quiet_thread([this] { run(); });
}

Sampler::~Sampler() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake();
  thread_.join();
}

std::unique_lock<std::mutex> Sampler::ask() {
  std::unique_lock lock(mutex_);
  const auto now = Clock::now();
  if (!pace_.ask(now)) return lock;
  wake();
  if (pace_.due(now) > now || took_ > kQuick) return lock;
  sampled_.wait_for(lock, kWait,
                    [this, seen = attempts_] { return attempts_ != seen; });
  return lock;
}

Summary Sampler::summary() const {
  const auto now = Clock::now();
  Summary all;
  all.status = status_;
  all.totals = ledger_.totals();
  all.connections = static_cast<std::uint32_t>(ledger_.connections().size());
  all.processes = static_cast<std::uint32_t>(ledger_.processes().size());
  all.peers = static_cast<std::uint32_t>(ledger_.peers().size());
  all.fresh = pace_.fresh(now);
  if (const auto last = pace_.last_success()) all.age_s = seconds(now - *last);
  all.interval_s = seconds(pace_.interval());
  return all;
}

base::Result<void> Sampler::set_volumes(bool on) {
  const auto set = collector_.set_volumes(on);
  if (set) status_.volumes_on = on;
  if (set && on) pace_.stir(Clock::now());
  wake();
  return set;
}

void Sampler::set_interval(Pace::Duration interval) {
  pace_.set_interval(interval);
  wake();
}

void Sampler::wake() {
  eventfd_write(wake_fd_.get(), 1);
}

void Sampler::run() {
  while (true) {
    wait();
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return;
    }
    turn();
  }
}

/// Until a sample is due, many ends wait, or somebody wakes us.
void Sampler::wait() {
  const auto now = Clock::now();
  std::optional<Pace::Time> until;
  {
    const std::lock_guard lock(mutex_);
    until = pace_.due(now);
  }
  const Closes* closes = collector_.feeds().closes.get();
  int closes_fd = closes == nullptr ? -1 : closes->fd();
  if (closes_fd >= 0 && now < rest_until_) {
    closes_fd = -1;
    until = until ? std::min(*until, rest_until_) : rest_until_;
  }
  pollfd fds[] = {{wake_fd_.get(), POLLIN, 0}, {closes_fd, POLLIN, 0}};
  timespec timeout{};
  if (until) timeout = timeout_until(*until, now);
  const int ready = ppoll(fds, 2, until ? &timeout : nullptr, nullptr);
  closes_wait_ = ready > 0 && fds[1].revents != 0;
  eventfd_t ignored;
  if (ready > 0 && fds[0].revents != 0) eventfd_read(wake_fd_.get(), &ignored);
}

void Sampler::turn() {
  const auto now = Clock::now();
  std::optional<Pace::Time> due;
  {
    const std::lock_guard lock(mutex_);
    due = pace_.due(now);
  }
  try {
    if (due && *due <= now)
      take_sample(now);
    else if (closes_wait_)
      take_closes();
  } catch (const std::exception& error) {
    const std::lock_guard lock(mutex_);
    note_trouble(error.what());
    note_attempt(now, false);
  }
}

void Sampler::take_sample(Pace::Time began) {
  const bool usable = collector_.collect();
  std::vector<netstat_volume> finished;
  {
    const std::lock_guard lock(mutex_);
    if (usable) {
      enter_sample(began);
      finished = ledger_.finished_volumes();
    }
    note_trouble(collector_.trouble());
    note_attempt(began, usable);
  }
  collector_.forget(finished);
}

void Sampler::enter_sample(Pace::Time began) {
  const Sample sample = collector_.sample();
  ledger_.apply(sample);
  ++version_;
  ++status_.samples;
  status_.sample_s = seconds(Clock::now() - began);
  status_.volumes_seen = sample.volumes_on;
  status_.sockets = static_cast<std::uint32_t>(sample.reading.sockets.size());
  status_.lost_closes = collector_.lost_closes();
  status_.lost_bytes = collector_.lost_bytes();
}

void Sampler::note_attempt(Pace::Time began, bool succeeded) {
  const auto now = Clock::now();
  pace_.sampled(began, now, succeeded);
  // While they are counted the tables in the kernel fill, whoever asks.
  if (status_.volumes_on) pace_.stir(now);
  status_.cpu_us = thread_cpu_us();
  took_ = now - began;
  ++attempts_;
  sampled_.notify_all();
}

void Sampler::take_closes() {
  rest_until_ = Clock::now() + kRest;
  collector_.collect_closes();
  const std::lock_guard lock(mutex_);
  if (!collector_.closes().empty()) {
    ledger_.apply(collector_.closes());
    ++version_;
    pace_.stir(Clock::now());
  }
  if (!collector_.trouble().empty()) note_trouble(collector_.trouble());
  status_.cpu_us = thread_cpu_us();
}

void Sampler::note_trouble(const std::string& trouble) {
  if (trouble == status_.trouble) return;
  if (trouble.empty())
    pmNotifyErr(LOG_INFO, "sampling works again");
  else
    pmNotifyErr(LOG_WARNING, "sampling: %s", trouble.c_str());
  status_.trouble = trouble;
}

}  // namespace netstat
