// The source's side of a move (the migration protocol's S). The durable state
// is Job::record.source; what is here may be lost at any time and is then done
// again or given up, as the record allows:
//
//   INTENT   may go back alone; after a restart it does
//   GRANTED  only the target's word moves it, however long that takes
//   ABORT    goes back: criu ends, the job is thawed, the target is told
//   MOVED    the target owns the job; what is left here is killed
#pragma once

#include <memory>
#include <string>

#include "mosixd/backoff.h"
#include "mosixd/child_process.h"
#include "mosixd/job.h"

namespace mosix {

class SourceMove {
 public:
  /// A new move; the job has been checked and may go.
  SourceMove(Daemon& daemon, Job& job, int peer, std::string rid);
  /// One that an earlier mosixd left open.
  SourceMove(Daemon& daemon, Job& job);
  ~SourceMove();

  void tick(std::int64_t now_ms);
  void on_peer(const Message& message);
  void on_capsule(const Message& message);
  /// The operator's word: the target is dead and never comes back.
  void target_is_dead(const std::string& by);
  bool finished() const { return finished_; }
  /// The job's processes stand still (or soon will) for this move.
  bool touching() const;

 private:
  enum class Phase { offered, dumping, draining, shipping, preparing };

  SourcePart& part() { return job_.record.source; }
  void offer();
  void accepted(const Message& message);
  void start_dump();
  void check_frozen();
  void ship();
  void shipped(int status);
  void prepare();
  void prepared();
  void released();
  void abort(const std::string& reason);
  void refuse(const std::string& reason);
  void tick_intent(std::int64_t now_ms);
  void tick_granted(std::int64_t now_ms);
  void tick_abort(std::int64_t now_ms);
  void tick_moved(std::int64_t now_ms);
  void copy_died(std::int64_t now_ms);
  void go_on_here();
  void settle();
  void lose(const std::string& why);
  bool enter(SourceState state, const std::string& reason = "");
  void decide(const std::string& decision);
  bool criu_gone() const;
  void tell(const char* op, Message fields = Message::object());
  void report(RequestState state, const std::string& reason = "");
  std::uint64_t frozen_ms() const;

  Daemon& daemon_;
  Job& job_;
  Phase phase_ = Phase::offered;
  bool recovered_ = false;
  bool finished_ = false;
  bool asked_resume_ = false;
  bool here_again_ = false;  ///< ABORT: the job runs on here
  bool peer_knows_ = false;  ///< ABORT: the target has said ABORTED
  bool said_waiting_ = false;
  std::int64_t deadline_ms_ = 0;
  std::int64_t granted_ms_ = 0;
  std::int64_t frozen_at_ms_ = 0;
  std::uint64_t bytes_ = 0;
  std::string criu_error_;
  std::string dir_;
  Message baggage_;
  Backoff backoff_;
  std::unique_ptr<ChildProcess> ssh_;
  std::unique_ptr<ChildProcess> tar_;
};

}  // namespace mosix
