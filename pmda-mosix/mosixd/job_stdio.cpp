// The job's stdio: frames between its client and its capsule, passed on.
#include <set>

#include "mosixd/daemon.h"
#include "mosixd/job.h"
#include "mosixd/source_move.h"
#include "mosixd/target_move.h"

namespace mosix {

bool Job::send_capsule(const Message& message) {
  if (capsule == nullptr) return false;
  capsule->stream.send(message);
  return true;
}

void Job::send_client(const Message& message) {
  if (op_of(message) == "ack") told_stopped_ = message.value("stopped", false);
  if (client != nullptr) client->stream.send(message);
}

void Job::pass_on(int node, Message frame) {
  daemon_.send(node, {{"op", "io"}, {"job", record.job}, {"frame", frame}});
}

void Job::client_attached(Session& session) {
  client = &session;
  session.role = Role::client;
  session.job = record.job;
  told_stopped_.reset();
  sync_ends();
}

/// The client's process is gone before the job's end.
void Job::client_gone() {
  client = nullptr;
  if (client_acked_exit_) return;
  client_was_lost_ = true;
  client_frame({{"op", "client_gone"}});
  gone_said_ms_ = now_ms();
}

void Job::client_frame(Message frame) {
  if (op_of(frame) == "ack" && frame.value("exit", false))
    client_acked_exit_ = true;
  if (is_owner())
    send_capsule(frame);
  else
    pass_on(record.where.node, std::move(frame));
}

void Job::capsule_frame(Message frame) {
  if (!is_owner()) return;  // a held copy has nothing to say yet
  if (is_home())
    send_client(frame);
  else
    pass_on(record.home, std::move(frame));
}

/// The capsule has (again) connected and says how things stand.
void Job::capsule_back(Session& session, const Message& message) {
  capsule = &session;
  const std::string state = message.value("state", "");
  if (state == "gated") {
    // A job that never started, and whose client has been told nothing yet.
    if (destroy_copy()) forget();
    return;
  }
  const Message criu = message.value("criu", Message());
  if (criu.is_object()) {
    Message ended = criu;
    ended["op"] = "criu_exit";
    from_capsule(session, ended);
  }
  if (state == "exited") exited(message.value("status", 0));
  if (target) target->on_capsule(session, message);
  if (is_owner() && !(source && source->touching())) sync_ends();
}

void Job::from_capsule(Session& session, const Message& message) {
  const std::string op = op_of(message);
  if (op == "capsule") return capsule_back(session, message);
  if (op == "exited") return exited(message.value("status", 0));
  if (op == "criu_exit" || op == "baggage" || op == "resumed") {
    if (source) source->on_capsule(message);
    if (target) target->on_capsule(session, message);
    daemon_.hurry();
    return;
  }
  static const std::set<std::string> to_client{"out",     "err",  "out_eof",
                                               "err_eof", "exit", "ack"};
  if (to_client.count(op) != 0) capsule_frame(message);
}

void Job::frame_from_peer(int node, Message frame) {
  if (op_of(frame) == "sync" || node == record.home) {
    if (is_owner()) send_capsule(frame);
    if (is_home()) send_client(frame);
    return;
  }
  if (is_home() && node == record.where.node) send_client(frame);
}

void Job::sync_ends() {
  const Message sync{{"op", "sync"}};
  if (is_home()) {
    send_client(sync);
    if (!is_owner()) pass_on(record.where.node, sync);
  } else {
    pass_on(record.home, sync);
  }
  if (is_owner()) send_capsule(sync);
}

// --- the directory

/// At home: the owner says where the job is. The greater k wins.
void Job::location(int node, std::uint64_t k, const Message& message) {
  const std::string state = message.value("state", "running");
  if (is_home() && k >= record.where.k && record.where.state == "running") {
    const bool moved = record.where.node != node;
    const bool news = moved || k > record.where.k || state != "running";
    record.where = {.k = k,
                    .node = node,
                    .state = state,
                    .status = message.value("status", 0)};
    record.k = std::max(record.k, k);
    if (news && !save()) return;  // no answer: it will be said again
    if (state == "lost")
      send_client({{"op", "lost"}, {"text", message.value("text", "")}});
    if (moved) sync_ends();
  }
  const char* who = client_acked_exit_ ? "acked"
                    : client_was_lost_ ? "gone"
                                       : "attached";
  daemon_.send(node, {{"op", "location_ack"},
                      {"job", record.job},
                      {"k", k},
                      {"state", state},
                      {"client", who}});
}

void Job::location_ack(const Message& message) {
  if (message.value("k", std::uint64_t{0}) != record.k) return;
  remote_client_ = message.value("client", "");
  const std::string state = message.value("state", "");
  // The end is told until the client has heard it too.
  if (state == "lost") remote_client_ = "gone";
  if (record.copy.exited)
    location_known_ = state != "running" && remote_client_ != "attached";
  else
    location_known_ = state == "running";
  location_backoff_.reset();
  (void)location_backoff_.due(now_ms());
}

}  // namespace mosix
