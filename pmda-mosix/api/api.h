// The Mosix API: what a cluster that migrates processes can be asked, whatever
// does the migrating. One interface; a driver for each way to do it.
//
// Every request is two-phase: asked, then confirmed by observation (its state
// ends in `done`) or ended with a reason. No call reports a success that was
// not seen. Errors carry the errno of MOSIX's own interface: ENXIO unknown
// node, EHOSTUNREACH node down, ESRCH no such process, EPERM, EBUSY a move is
// in flight, E2BIG more than one process named, ENOTCONN no driver.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace mosix {

/// Destinations of a migration that are no node, as MOSIX numbers them.
inline constexpr int kHome = 0;
inline constexpr int kBest = -1;

/// A node as the local one sees it.
struct Node {
  int id = 0;
  std::string host;
  bool up = false;
  bool block = false;  ///< takes no guests
  double age_s = -1;   ///< of this row; -1: never heard of
  double load = 0;     ///< 1.0 = one standard CPU busy
  double speed = 1;    ///< of one CPU, 1.0 = the standard CPU
  unsigned cpus = 0;
  double util = 0;              ///< percent of the CPUs' time in use
  std::uint64_t mem_total = 0;  ///< bytes
  std::uint64_t mem_free = 0;   ///< bytes
  unsigned guests = 0;          ///< foreign processes that run here
  double threshold = 1.3;       ///< set by the user, read by rules
  double share = 1;             ///< set by the user, read by rules

  /// Rows older than this have no values.
  static constexpr double kMaxAge_s = 15;
  bool fresh() const { return age_s >= 0 && age_s <= kMaxAge_s; }
};

/// A managed process (with the criu driver: a job, the whole tree that moves as
/// one, named by its first process), as the local node knows it: it runs here,
/// or it is away and this is its home.
struct Process {
  int pid = 0;  ///< here; the pid at home if it is away
  std::string command;
  std::string job;     ///< HOMEID:HOMEPID:START, the same at every node
  int home = 0;        ///< node id, never 0
  int where = 0;       ///< node id, never 0
  bool away = false;   ///< this is the home, and it runs elsewhere
  bool guest = false;  ///< it runs here, and its home is elsewhere
  unsigned nmigs = 0;
  bool lock = false;         ///< no automatic migration
  std::string cantmove;      ///< reason, "" if it may move
  bool migratable = false;   ///< may move, is not locked and not in flight
  std::uint64_t cpu_ms = 0;  ///< CPU time of the tree, all its life
  std::uint64_t rss = 0;     ///< bytes
  unsigned uid = 0;
  double cost_s = 0;       ///< seconds a migration is expected to stop it
  bool stale = false;      ///< away, and not heard of for Node::kMaxAge_s:
                           ///< cpu_ms, rss, cost_s, cantmove are not valid
  int goto_node = -2;      ///< node last asked for; -2: none
  std::string goto_state;  ///< of that request
  std::string goto_error;
};

/// A process that belongs to a job.
struct Task {
  int pid = 0;
  std::string command;
  std::string job;
};

enum class RequestState {
  queued,     ///< asked, not begun
  frozen,     ///< the job stands still, its image is being made
  shipped,    ///< the destination holds a copy that has not run
  committed,  ///< the destination owns the job
  done,       ///< seen to run at the destination
  refused,    ///< not begun: the reason says why
  failed,     ///< begun and undone: the job runs where it was
  undecided,  ///< the job stands still until the peer answers (`resolve`)
};
std::string_view to_string(RequestState state);
/// The state of that name; `failed` for a name that is none.
RequestState request_state(std::string_view name);
constexpr bool is_final(RequestState state) {
  return state == RequestState::done || state == RequestState::refused ||
         state == RequestState::failed;
}

struct Request {
  std::uint64_t seq = 0;  ///< grows by one with each request at this node
  std::string id;         ///< chosen by who asked; asking it again is harmless
  std::string job;
  int from = 0;  ///< node ids; 0: not known (yet)
  int to = 0;
  std::string by;  ///< who asked
  RequestState state = RequestState::queued;
  std::string reason;  ///< of refused, failed, undecided; else ""
  std::uint64_t bytes = 0;
  std::uint64_t frozen_ms = 0;
  std::uint64_t total_ms = 0;
};

/// Moves by outcome, since the driver started.
struct MigrationCounters {
  std::uint64_t asked = 0, done = 0, refused = 0, failed = 0;
  struct To {
    int node = 0;
    std::uint64_t done = 0;
  };
  std::vector<To> to;
};

/// The right of one engine to act on a set of rules, until it lapses.
struct Lease {
  static constexpr long kOperators = -1;

  std::string rules;         ///< name of the set
  long uid = kOperators;     ///< whose: the administrators', or a user's own
  std::string engine;        ///< distinct for each run of an engine
  int node = 0;              ///< id of the node where it runs
  std::string host;          ///< of that node
  int pid = 0;               ///< there
  std::int64_t since_s = 0;  ///< wall clock of that node, seconds since 1970
};

/// "pmbalance on node1 (pid 1234)"
std::string engine_text(const Lease& lease);
/// Local time: "2026-11-26 14:03:07".
std::string since_text(const Lease& lease);

struct Admin {
  bool block = false, stay = false, lstay = false, quiet = false;
};

/// All that a node knows, taken at one moment.
struct Snapshot {
  std::string driver;
  Node self;
  std::vector<Node> nodes;  ///< the node table, self included
  std::vector<Process> processes;
  std::vector<Task> tasks;
  std::vector<Request> requests;  ///< the last 1000, oldest first
  MigrationCounters migrations;
  Admin admin;
  std::vector<Lease> leases;  ///< one for each set of rules and owner
  bool enabled = true;
  std::string enabled_by;  ///< who set `enabled` last, and when
};

/// A migration to ask for. The process is named by `job`, or by `pid` on this
/// node if `job` is empty.
struct MigrateCall {
  std::string id;  ///< "" lets the driver choose one
  std::string job;
  int pid = 0;
  int to = kBest;  ///< node id, kHome or kBest
  std::string by;  ///< shown in the request table: a rule, a command
  /// Automatic moves (rules) leave locked processes and `stay` alone; moves
  /// that a person asks for do not.
  bool automatic = false;
  /// For an agent that asks on behalf of someone: that uid; -1: for itself.
  long uid = -1;
};

class Api {
 public:
  virtual ~Api() = default;

  virtual base::Result<Snapshot> snapshot() = 0;
  /// Asks; the answer is the request's id. Follow it in Snapshot::requests.
  virtual base::Result<std::string> migrate(const MigrateCall& call) = 0;
  /// One request by its id, ENOENT if it is not in the table.
  virtual base::Result<Request> request(const std::string& id) = 0;
  virtual base::Result<void> lock(int pid, bool on, long uid) = 0;
  /// What the user sets of this node: "threshold", "share", "enabled" (0 or 1),
  /// and the administration as MOSIX names it: "block", "stay", "lstay",
  /// "quiet" (0 or 1), "expel", "bring" (1).
  virtual base::Result<void> set(const std::string& name, double value,
                                 const std::string& by, long uid) = 0;
  /// Asks for the lease of a set of rules, or renews it: it lapses some seconds
  /// after the last call. EBUSY: another engine has it; the text says which.
  /// ECANCELED: migration is switched off. EAGAIN: it is not known yet whether
  /// another one has it.
  virtual base::Result<void> lease(const std::string& rules,
                                   const std::string& engine) = 0;
};

/// The driver that talks to mosixd, whose backend is CRIU, at the unix socket
/// `path` ("" = the configured one). Connects when first used and again when
/// mosixd was restarted. A call waits at most `timeout_ms`.
std::unique_ptr<Api> make_criu_api(std::string path, int timeout_ms);

/// mosixd's socket: $MOSIX_SOCKET, else RUN_DIR/mosix/mosixd.sock.
std::string default_socket();

}  // namespace mosix
