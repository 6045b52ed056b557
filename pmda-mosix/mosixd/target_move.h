// The target's side of a move (the migration protocol's T). The durable state
// is Job::record.target:
//
//   BUILDING  the copy is being made; given up after a restart
//   PREPARED  the copy is held: it has never run, and only the source's word
//             (GRANT or ABORT) ends that
//   RELEASED  this node owns the job: the commit point
//   ABORTED   the copy is dead, and no later word brings it back
//   ENDED     the source has nothing left of the job
#pragma once

#include <memory>
#include <string>

#include "mosixd/backoff.h"
#include "mosixd/child_process.h"
#include "mosixd/job.h"

namespace mosix {

class TargetMove {
 public:
  /// Answers an offer: accept or refuse.
  TargetMove(Daemon& daemon, Job& job, int peer, const Message& offer);
  /// One that an earlier mosixd left open.
  TargetMove(Daemon& daemon, Job& job);
  ~TargetMove();

  void tick(std::int64_t now_ms);
  void on_peer(const Message& message);
  void on_capsule(Session& session, const Message& message);
  /// The operator's word: the source is dead and never comes back.
  void source_is_dead(const std::string& by);
  bool finished() const { return finished_; }
  /// The folder for the images, if these are the words of an accepted offer.
  std::string images(int peer, std::uint64_t k, const std::string& nonce);
  bool holds(const std::string& cid) const;

 private:
  enum class Phase { accepted, capsule, restoring, given_up };

  TargetPart& part() { return job_.record.target; }
  std::string why_not(const Message& offer) const;
  void prep(const Message& message);
  base::Result<void> build(const Message& message);
  void restore();
  void restored(const Message& message);
  void grant();
  void release();
  void give_up(const std::string& reason);
  /// Says at which node it was, for who reads it at another one.
  std::string at_node(const std::string& reason) const;
  void bury();
  void remove_images();
  bool enter(TargetState state, const std::string& reason = "");
  void tell(const char* op, Message fields = Message::object());
  void tell_state();

  Daemon& daemon_;
  Job& job_;
  Phase phase_ = Phase::accepted;
  bool finished_ = false;
  bool announced_ = false;  ///< RELEASED: thawed and told
  std::string reason_;      ///< why it is given up
  std::string dir_;
  std::int64_t deadline_ms_ = 0;
  Message baggage_;
  Backoff backoff_;
  std::unique_ptr<ChildProcess> starter_;
};

}  // namespace mosix
