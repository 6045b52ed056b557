// The thread that keeps the ledger up to date while somebody wants to know.
// One sample serves all.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/result.h"
#include "host/fd.h"
#include "ledger/ledger.h"
#include "pmda/collector.h"
#include "pmda/pace.h"
#include "pmda/status.h"

namespace netstat {

class Sampler {
 public:
  /// How long ask() waits for a sample, and how long samples may take so that
  /// it waits at all: the clients of an agent share one thread, and pmcd gives
  /// an agent up after 5 s.
  static constexpr std::chrono::milliseconds kWait{500};
  static constexpr std::chrono::milliseconds kQuick{100};

  /// Makes one sample, and others when somebody asks. `liveness` must outlive
  /// it.
  Sampler(Feeds feeds, Liveness& liveness, Pace::Duration interval);
  ~Sampler();
  Sampler(const Sampler&) = delete;

  /// For somebody who wants values: what ledger() and summary() say holds as
  /// long as the lock is held. If nobody asked for a while, starts a sample and
  /// waits for it.
  std::unique_lock<std::mutex> ask();

  // All the rest only with the lock that ask() returned.

  const Ledger& ledger() const { return ledger_; }
  /// Changes whenever the ledger is written to.
  std::uint64_t version() const { return version_; }
  Summary summary() const;
  base::Result<void> set_volumes(bool on);
  void set_interval(Pace::Duration interval);

 private:
  void run();
  void wait();
  void turn();
  void take_sample(Pace::Time began);
  void take_closes();
  void enter_sample(Pace::Time began);
  void note_attempt(Pace::Time began, bool succeeded);
  void note_trouble(const std::string& trouble);
  void wake();

  Collector collector_;
  mosix::Fd wake_fd_;
  std::mutex mutex_;  ///< of what follows
  std::condition_variable sampled_;
  Ledger ledger_;
  std::uint64_t version_ = 0;
  Pace pace_;
  Status status_;
  std::uint64_t attempts_ = 0;  ///< samples, and those that failed
  Pace::Duration took_{};       ///< the last one
  bool stopping_ = false;

  // Of the thread alone.
  bool closes_wait_ = false;  ///< many ends wait to be read
  Pace::Time rest_until_;     ///< before which nobody looks whether they do

  std::thread thread_;  ///< last, since it uses all the others
};

}  // namespace netstat
