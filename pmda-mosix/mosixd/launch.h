// Starting a job: from `run` to the running process. It belongs to no table
// until it has a name; what goes wrong before leaves nothing behind.
#pragma once

#include <memory>
#include <string>

#include "host/cgroup.h"
#include "mosixd/child_process.h"
#include "mosixd/session.h"

namespace mosix {

class Daemon;
class Job;

class Launch {
 public:
  /// The error is for the client.
  static base::Result<std::unique_ptr<Launch>> begin(Daemon& daemon,
                                                     Session& client,
                                                     const Message& run);
  ~Launch();

  const std::string& cid() const { return cid_; }
  bool is_of(const Session& client) const { return client_ == &client; }
  /// The client is gone before its job could start.
  void client_lost() { client_ = nullptr; }
  /// From the capsule's first connection on.
  void capsule(Session& session, const Message& message);
  /// The job runs: its capsule speaks to it from now on.
  bool started() const { return finished_; }
  /// True when this launch is over: remove it.
  bool finished(std::int64_t now_ms);

 private:
  Launch(Daemon& daemon, Session& client, std::string cid, bool lock,
         std::string command);
  base::Result<void> prepare(const Message& run);
  void gated(Session& session);
  void begun();
  void give_up(int code, const std::string& text);

  Daemon& daemon_;
  Session* client_;
  std::string cid_;
  bool lock_;
  std::string command_;
  std::int64_t deadline_ms_;
  std::unique_ptr<ChildProcess> starter_;
  Job* job_ = nullptr;
  bool finished_ = false;
  bool failed_ = false;
};

/// A new name for a copy: 16 hex digits.
std::string new_cid();

/// Makes cgroup, folder and spec of a capsule and starts it. `spec` lacks only
/// cid, socket, cgroup and affinity, which are added.
base::Result<std::unique_ptr<ChildProcess>> start_capsule(
    Daemon& daemon, const std::string& cid, Message spec,
    std::function<void(int status)> on_started);

/// Pids of jobs begin here, so that criu's own, which are the first of a fresh
/// capsule, never meet them. Above the kernel's RESERVED_PIDS (300), where pid
/// numbers begin again after they have wrapped.
inline constexpr int kFirstPid = 1000;

}  // namespace mosix
