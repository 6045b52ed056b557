// A job as its node knows it: the durable record, the live connections, and the
// part in a move that this node plays.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/api.h"
#include "host/cantmove.h"
#include "host/cgroup.h"
#include "host/record.h"
#include "mosixd/backoff.h"
#include "mosixd/job_record.h"
#include "mosixd/session.h"

namespace mosix {

class Daemon;
class SourceMove;
class TargetMove;

class Job {
 public:
  Job(Daemon& daemon, JobRecord record);
  ~Job();
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;

  const std::string& name() const { return record.job; }
  Daemon& daemon() { return daemon_; }

  /// The truth that is on the disk once save() has returned true. On false the
  /// caller must not do what depended on it.
  JobRecord record;
  [[nodiscard]] bool save();
  /// Takes over a record that is on the disk.
  void adopt(RecordFile file) { file_ = std::move(file); }
  /// Takes up what an earlier mosixd left of it.
  void recover();
  /// Removes the record; the job is forgotten at the end of this event.
  void forget();
  bool forgotten() const { return forgotten_; }

  bool is_home() const;
  /// This node decides about the job: its valid copy is here.
  bool is_owner() const;
  /// Why no move may begin, "" if one may.
  std::string not_settled() const;

  // --- the copy here
  bool open_cgroup();
  const std::optional<CopyCgroup>& cgroup() const { return cgroup_; }
  bool copy_alive() const;        ///< a process of it lives
  bool copy_frozen_flag() const;  ///< it was frozen and never thawed
  /// Kills what is left of the copy, removes its cgroups and folders. False
  /// while something of it still lives: call again.
  bool destroy_copy();
  std::string capsule_dir() const;
  std::uint64_t cpu_ms() const;
  std::uint64_t rss() const;
  /// Looks at what the job holds, now.
  Mobility look();
  /// Reason why it cannot move, "" if it can; looked up every two seconds.
  const std::string& cantmove();
  /// Pid of the first process as this node numbers it; 0 if it is gone.
  int root_pid_outside() const;

  // --- connections and stdio
  Session* capsule = nullptr;
  Session* client = nullptr;
  bool send_capsule(const Message& message);
  void send_client(const Message& message);
  void client_attached(Session& session);
  void client_gone();
  void client_frame(Message frame);
  /// Anything the capsule says: of its state, of criu, of the job's stdio.
  void from_capsule(Session& session, const Message& message);
  void frame_from_peer(int node, Message frame);
  /// The way between client and capsule has changed: have both say where they
  /// are.
  void sync_ends();

  // --- the job's own end
  void exited(int status);
  void lost(const std::string& why);

  // --- moves
  std::unique_ptr<SourceMove> source;
  std::unique_ptr<TargetMove> target;

  // --- home
  void location(int node, std::uint64_t k, const Message& message);
  void location_ack(const Message& message);
  /// What the node that runs it said last (an away job's row).
  std::optional<Process> report;
  std::int64_t report_ms = 0;

  // --- what was asked last, for goto, goto_state, goto_error
  int goto_node = -2;
  RequestState goto_state = RequestState::queued;
  std::string goto_error;

  /// Four times a second, and more often while a move is open.
  void tick(std::int64_t now_ms);
  /// Of its row: of the first process here; the one at home if it is away.
  int pid() const;
  Process row(std::int64_t now_ms);

 private:
  void watch_client();
  void tell_location(std::int64_t now_ms);
  void capsule_frame(Message frame);
  void capsule_back(Session& session, const Message& message);
  void handle_exit();
  void finish_exit();
  void miss_capsule();
  /// Sends a frame of this job's stdio to the node that has the other end.
  void pass_on(int node, Message frame);

  Daemon& daemon_;
  std::optional<RecordFile> file_;
  std::optional<CopyCgroup> cgroup_;
  bool forgotten_ = false;
  std::optional<int> pending_exit_;  ///< the capsule's word, not yet judged
  bool client_stopped_ = false;
  std::int64_t stopped_said_ms_ = 0;
  std::optional<bool> told_stopped_;  ///< what the job's capsule has heard
  bool client_acked_exit_ = false;
  bool client_was_lost_ = false;  ///< gone before the end
  std::string lost_why_;
  std::string remote_client_;    ///< owner: what home says of the client
  bool location_known_ = false;  ///< owner: home has answered for this state
  std::int64_t gone_said_ms_ = 0;
  Backoff location_backoff_;
  std::string cantmove_;
  std::int64_t cantmove_ms_ = -1;
};

}  // namespace mosix
