// mosixd: joins the parts and carries messages between them.
#pragma once

#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "api/api.h"
#include "host/load.h"
#include "mosixd/config.h"
#include "mosixd/job.h"
#include "mosixd/launch.h"
#include "mosixd/leases.h"
#include "mosixd/links.h"
#include "mosixd/loop.h"
#include "mosixd/nodes.h"
#include "mosixd/requests.h"
#include "mosixd/session.h"
#include "mosixd/settings.h"

namespace mosix {

class Daemon {
 public:
  Daemon(Config config, std::vector<NodeEntry> entries, int self);
  ~Daemon();

  /// Takes up what an earlier mosixd left: records, copies, requests.
  base::Result<void> start();
  void run();

  const Config& config() const { return config_; }
  Loop& loop() { return loop_; }
  int self() const { return self_; }
  /// Differs whenever the processes of an earlier one cannot live any more.
  const std::string& incarnation() const { return incarnation_; }
  const std::string& cgroup_base() const { return cgroup_base_; }
  std::string image_dir(const std::string& cid, std::uint64_t k) const;
  std::string capsule_dir(const std::string& cid) const;
  std::string jobs_dir() const { return config_.state_dir + "/jobs"; }
  std::string libexec(const std::string& program) const;

  NodeTable& nodes() { return nodes_; }
  Links& links() { return *links_; }
  RequestTable& requests() { return requests_; }
  Settings& settings() { return settings_; }

  /// To the mosixd of a node (ourselves too); lost if the channel is down.
  void send(int node, Message message);
  void peer_message(int node, const Message& message);
  void answer(Session& session, const Message& message);
  void answer_error(Session& session, int code, const std::string& text);

  // --- jobs
  Job* find(const std::string& job);
  Job* find_pid(int pid);
  Job* find_cid(const std::string& cid);
  Job& add(std::unique_ptr<Job> job);
  const std::map<std::string, std::unique_ptr<Job>>& jobs() const {
    return jobs_;
  }
  /// No row of this node has this pid.
  bool pid_is_free(int pid) const;
  unsigned guests() const;
  /// Steps of moves follow quickly for a while.
  void hurry();

  // --- requests
  /// Enters a request and starts or forwards it; the error if it was refused
  /// at once.
  base::Result<std::string> ask(const MigrateCall& call);
  /// A request has come to a new state at the node that carries it out.
  void request_state(const std::string& rid, Job& job, RequestState state,
                     const std::string& reason);
  RequestTable::Row* request_row(const std::string& rid);
  void expel();
  void bring();

  /// What a user may see.
  Message status(uid_t uid);
  std::vector<Process> rows();
  std::vector<Task> tasks();

  /// What a job of that size is expected to stand still for, in seconds; and
  /// what was seen.
  double expected_cost_s(std::uint64_t bytes) const;
  void learn_cost(std::uint64_t bytes, double seconds);

 private:
  base::Result<void> make_folders();
  base::Result<void> load_jobs();
  void kill_strays();
  base::Result<void> listen();
  void accept_one();
  void session_closed(Session& session);
  void receive(Session& session, const Message& message);
  void dispatch(Session& session, const Message& message);
  void tool_message(Session& session, const Message& message);
  void capsule_hello(Session& session, const Message& message);
  void images_hello(Session& session, const Message& message);
  void client_attach(Session& session, const Message& message);
  void on_migrate(Session& session, const Message& message);
  void on_set(Session& session, const Message& message);
  void on_lock(Session& session, const Message& message);
  void on_resolve(Session& session, const Message& message);
  void on_lease(Session& session, const Message& message);
  void on_peer_request(const Message& message);
  void unknown_move(int node, const Message& message);
  void on_offer(int node, const Message& message);
  void on_guests(int node, const Message& message);
  void on_request_state(int node, const Message& message);
  void on_leases(int node, const Message& message);
  void carry_out(RequestTable::Row& row, Job& job);
  base::Result<int> destination(int to, const Job& job) const;
  void publish(const RequestTable::Row& row);
  /// The uid in whose name a session acts.
  uid_t acting_uid(const Session& session, const Message& message) const;
  /// An administrator, or a user to whom the job belongs.
  bool may_see_all(uid_t uid) const;
  bool may_move(uid_t uid, const Job* job) const;
  void second();
  void ask_again();
  void fast();
  void heartbeat();
  void tell_leases();
  void reap_forgotten();

  Config config_;
  std::vector<NodeEntry> entries_;
  int self_;
  Loop loop_;
  std::string incarnation_;
  std::string cgroup_base_;
  std::string bin_dir_;
  NodeTable nodes_;
  RequestTable requests_;
  Settings settings_;
  Leases leases_;
  LoadMeter meter_;
  std::unique_ptr<Links> links_;
  int listen_fd_ = -1;
  std::unique_ptr<Watch> listen_watch_;
  std::list<std::unique_ptr<Session>> sessions_;
  std::map<std::string, std::unique_ptr<Job>> jobs_;
  std::list<std::unique_ptr<Launch>> launches_;
  std::unique_ptr<Timer> second_;
  std::unique_ptr<Timer> fast_;
  std::vector<uid_t> agents_;
  std::vector<uid_t> operators_;
  double cost_fixed_s_ = 0.25;
  double cost_rate_ = 200e6;  ///< bytes a second, learnt
  std::uint64_t next_request_ = 0;
};

}  // namespace mosix
