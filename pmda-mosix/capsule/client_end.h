// The client's end of a job's stdio: what `pmmosix run` and mosixd's capsule
// say to each other (WIRE.md), without any descriptor. Frames may be lost,
// doubled and late; the streams, signals and the exit status come out exact.
#pragma once

#include <deque>
#include <optional>

#include "api/wire.h"
#include "capsule/ack_clock.h"
#include "capsule/in_stream.h"
#include "capsule/out_stream.h"

namespace mosix {

class ClientEnd {
 public:
  InStream out;  ///< the job's stdout
  InStream err;  ///< the job's stderr
  OutStream in;  ///< the job's stdin

  /// Sends a signal to the job's process group, or to its first process.
  void signal(int signo, bool group);

  /// Takes a frame; false if it is none of the job's stdio.
  bool handle(const Message& message, Time now);
  /// The next frame to send, if there is one.
  std::optional<Message> next(Time now);
  /// The way was lost: everything is asked for and told again.
  void restart();
  /// When next() should be asked again though nothing came.
  std::optional<Time> wake_at() const;

  /// The job's wait status, once it has ended and all its output is taken.
  std::optional<int> status() const { return status_; }
  /// The job's end has been acknowledged: nothing is left to say.
  bool finished() const { return status_ && !ack_.due(Time::max()); }

 private:
  struct Signal {
    std::uint64_t seq;
    int signo;
    bool group;
  };

  void acknowledged(const Message& message, Time now);
  void note(Time now);
  std::optional<Message> next_signal(Time now);

  std::deque<Signal> signals_;  ///< not acknowledged
  std::uint64_t last_seq_ = 0;
  std::size_t signals_sent_ = 0;  ///< of signals_
  Time signal_time_{};
  std::optional<int> status_;
  AckClock ack_;
};

}  // namespace mosix
