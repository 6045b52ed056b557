// The init of a job's namespaces: starts or restores the job, relays its stdio,
// runs criu, reaps, and answers mosixd, which may come and go.
#pragma once

#include <optional>
#include <string>

#include "api/wire.h"
#include "capsule/capsule_end.h"
#include "capsule/criu_run.h"
#include "capsule/job_launch.h"
#include "capsule/job_pipes.h"
#include "capsule/link.h"
#include "capsule/spec.h"
#include "host/cgroup.h"

namespace mosix {

class Capsule {
 public:
  /// In the new namespaces, as their pid 1. In start mode the job's process is
  /// forked and waits.
  static base::Result<Capsule> make(Spec spec);

  /// Serves until mosixd says `close`.
  void run();

 private:
  enum class Phase { gated, starting, running, empty, restoring, restored };

  Capsule(Spec spec, CopyCgroup cgroup);

  // The loop (capsule.cpp).
  void wait();
  void reap();
  void settle();
  void speak(Time now);

  // The job (capsule_job.cpp).
  void launch_ended();
  void root_ended(int status);
  void criu_ended(int status);
  void see_thaw();
  void deliver_signals();
  void pump_in();
  void pump_out();
  bool relaying() const { return phase_ == Phase::running && !held_; }
  /// A signal that is delivered now would not be in the copy that moves.
  bool signals_must_wait() const { return !relaying() || criu_pid_ != 0; }

  // What mosixd says (capsule_orders.cpp).
  void hello();
  void obey(const Message& message);
  void start_criu(const Message& message);
  void drain();
  void resume();
  void unpack(const Message& baggage);
  base::Result<Message> pack();
  std::string state() const;

  Spec spec_;
  CopyCgroup cgroup_;
  Link link_;
  Fd child_signal_;
  std::optional<JobPipes> pipes_;
  std::optional<JobLaunch> launch_;
  CapsuleEnd end_;
  Phase phase_ = Phase::empty;
  uid_t uid_ = 0;
  gid_t gid_ = 0;
  int root_pid_ = 0;
  std::optional<int> status_;  ///< the job's first process has ended
  bool end_told_ = false;      ///< to end_
  bool held_ = false;          ///< drained: this copy says nothing more
  bool dumping_ = false;
  int criu_pid_ = 0;
  CriuRun criu_;
  std::optional<Message> criu_report_;  ///< not known to have arrived
  Message baggage_;                     ///< the answer to `drain`
  Fd freezer_events_;                   ///< of a restored job, until it runs
  bool closed_ = false;
};

/// Reads what is there into `stream` as long as it has room (or, `all`, in any
/// case); true at the end of the file.
bool read_into(OutStream& stream, int fd, bool all);

}  // namespace mosix
