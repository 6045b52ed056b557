// The job's end of its stdio: the peer of ClientEnd, in the capsule. It can be
// packed up (`baggage`) and go on in another capsule.
#pragma once

#include <optional>
#include <vector>

#include "api/wire.h"
#include "capsule/ack_clock.h"
#include "capsule/in_stream.h"
#include "capsule/out_stream.h"

namespace mosix {

/// A signal for the job.
struct JobSignal {
  int signo = 0;
  bool group = false;
  bool operator==(const JobSignal&) const = default;
};

class CapsuleEnd {
 public:
  OutStream out;  ///< the job's stdout
  OutStream err;  ///< the job's stderr
  InStream in;    ///< the job's stdin

  CapsuleEnd() = default;
  /// Goes on from what baggage() said; missing fields count as nothing.
  static CapsuleEnd from_baggage(const Message& baggage);
  /// `in`, `out`, `err`, `seq`, `signals`, `stopped`, `client_gone`.
  Message baggage() const;

  /// Takes a frame; false if it is none of the job's stdio.
  bool handle(const Message& message, Time now);
  /// The next frame to send, if there is one.
  std::optional<Message> next(Time now);
  /// The way was lost: asks the other end to send again.
  void restart() { ack_.ask_sync(); }
  std::optional<Time> wake_at() const;

  /// While on, signals and the client's state are neither taken nor
  /// acknowledged: they are said again.
  void hold_signals(bool on) { hold_ = on; }
  /// The signals to be delivered now, oldest first.
  std::vector<JobSignal> take_signals();

  /// The job has ended: told when its output is acknowledged.
  void exited(int status) { status_ = status; }
  bool client_gone() const { return client_gone_; }

 private:
  Brought take_signal(const Message& message);
  Brought take_state(bool stopped);
  void lose_client();
  void note(Time now);
  std::optional<Message> next_exit(Time now);
  bool exit_wanted() const;

  std::uint64_t seq_ = 0;  ///< of the last numbered signal taken
  bool hold_ = false;
  std::vector<JobSignal> signals_;
  bool stopped_ = false;      ///< the job, because its client is
  std::uint64_t states_ = 0;  ///< changes of that
  bool client_gone_ = false;
  std::optional<int> status_;
  bool exit_acked_ = false;
  std::optional<Time> exit_sent_;
  AckClock ack_;
};

}  // namespace mosix
