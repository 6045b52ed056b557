// What a node durably knows about a job: one record a job and node. Every step
// of the migration protocol is a change of this record that is on the disk
// before anything that depends on it is done.
#pragma once

#include <cstdint>
#include <string>

#include "api/wire.h"

namespace mosix {

/// The copy of the job that lives at this node, if `cid` is not empty.
struct Copy {
  std::string cid;          ///< names its cgroup and capsule
  std::uint64_t k = 0;      ///< the move that made it; 0: started here
  std::string incarnation;  ///< of the node it was made in
  int root_pid = 0;         ///< of the first process, inside the capsule
  int pid = 0;              ///< the same seen from this node
  bool exited = false;
  int status = 0;  ///< as of waitpid, once exited
};

enum class SourceState { none, intent, granted, abort, settled, moved, lost };
enum class TargetState { none, building, prepared, released, aborted, ended };

std::string_view to_string(SourceState state);
std::string_view to_string(TargetState state);

/// This node's part in the last move of the job away from here.
struct SourcePart {
  SourceState state = SourceState::none;
  std::uint64_t k = 0;
  int peer = 0;
  std::string nonce;
  std::string rid;            ///< the request that asked for it
  std::string reason;         ///< of an abort
  std::int64_t since_ms = 0;  ///< wall clock, of this state
};

/// This node's part in the last move of the job to here.
struct TargetPart {
  TargetState state = TargetState::none;
  std::uint64_t k = 0;
  int peer = 0;
  std::string nonce;
  std::string reason;
  std::int64_t since_ms = 0;
};

/// Where the job is, kept at its home: the entry with the greatest k wins.
struct Whereabouts {
  std::uint64_t k = 0;
  int node = 0;
  std::string state = "running";  ///< running, exited, lost
  int status = 0;                 ///< of exited
};

struct JobRecord {
  std::string job;  ///< HOMEID:HOMEPID:START
  int home = 0;
  std::string command;
  unsigned uid = 0;
  bool lock = false;
  unsigned nmigs = 0;
  std::uint64_t cpu_us = 0;  ///< used by earlier copies
  std::uint64_t k = 0;       ///< greatest move number seen
  Copy copy;
  SourcePart source;
  TargetPart target;
  Whereabouts where;   ///< at home only
  int client_pid = 0;  ///< of `pmmosix run`, at home only
  std::uint64_t client_start = 0;

  bool has_copy() const { return !copy.cid.empty(); }
  /// A move from here that is not closed.
  bool source_open() const;
  /// A move to here that is not closed.
  bool target_open() const;
};

Message to_message(const JobRecord& record);
base::Result<JobRecord> job_record_from(const Message& message);

}  // namespace mosix
