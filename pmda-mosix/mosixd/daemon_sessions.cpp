// mosixd's socket: who connects, and what tools ask.
#include <algorithm>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "api/snapshot.h"
#include "base/log.h"
#include "mosixd/daemon.h"
#include "mosixd/source_move.h"
#include "mosixd/target_move.h"

namespace mosix {

using base::fail;
using base::fail_errno;
using base::Result;

Result<void> Daemon::listen() {
  const std::string path = config_.socket();
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path)
    return fail(ENAMETOOLONG, path + ": path is too long");
  path.copy(address.sun_path, path.size());
  if (Connection::open(path))
    return fail(EADDRINUSE, path + ": another mosixd answers there");
  unlink(path.c_str());
  listen_fd_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (listen_fd_ < 0) return fail_errno("socket");
  if (bind(listen_fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) <
          0 ||
      chmod(path.c_str(), 0666) < 0 || ::listen(listen_fd_, 128) < 0)
    return fail_errno(path);
  listen_watch_ = std::make_unique<Watch>(loop_, listen_fd_, EV_READ,
                                          [this](int) { accept_one(); });
  return {};
}

void Daemon::accept_one() {
  const int fd = accept4(listen_fd_, nullptr, nullptr, SOCK_CLOEXEC);
  if (fd < 0) return;
  ucred who{};
  socklen_t size = sizeof who;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size) < 0) {
    close(fd);
    return;
  }
  auto& session = *sessions_.emplace_back(std::make_unique<Session>(loop_, fd));
  session.pid = who.pid;
  session.uid = who.uid;
  session.stream.on_message(
      [this, &session](const Message& message) { receive(session, message); });
  session.stream.on_close(
      [this, &session](const std::string&) { session_closed(session); });
}

void Daemon::session_closed(Session& session) {
  for (auto& launch : launches_)
    if (launch->is_of(session)) launch->client_lost();
  if (Job* job = find(session.job); job != nullptr && job->client == &session)
    job->client_gone();
  if (Job* job = find_cid(session.cid);
      job != nullptr && job->capsule == &session)
    job->capsule = nullptr;
  sessions_.remove_if([&](const auto& s) { return s.get() == &session; });
}

void Daemon::answer(Session& session, const Message& message) {
  session.stream.send(message);
}

void Daemon::answer_error(Session& session, int code, const std::string& text) {
  answer(session, {{"op", "error"}, {"errno", code}, {"text", text}});
}

/// Anybody may write to the socket: a field of the wrong type is that
/// message's trouble, and nobody else's.
void Daemon::receive(Session& session, const Message& message) try {
  dispatch(session, message);
} catch (const Message::exception& error) {
  base::log_warning("pid {}: {}", session.pid, error.what());
  answer_error(session, EINVAL, "a field of the message has a wrong type");
}

void Daemon::dispatch(Session& session, const Message& message) {
  const std::string op = op_of(message);
  if (session.role == Role::client) {
    if (Job* job = find(session.job)) job->client_frame(message);
    return;
  }
  if (session.role == Role::peer) return peer_message(session.node, message);
  if (session.role == Role::capsule) {
    for (auto& launch : launches_)
      if (launch->cid() == session.cid && !launch->started())
        return launch->capsule(session, message);
    if (Job* job = find_cid(session.cid)) job->from_capsule(session, message);
    return;
  }
  const bool inner = op == "capsule" || op == "peer" || op == "images";
  if (inner && session.uid != 0)
    return answer_error(session, EPERM, "not for you");
  if (op == "capsule") return capsule_hello(session, message);
  if (op == "images") return images_hello(session, message);
  if (op != "peer") return tool_message(session, message);
  const int node = message.value("node", 0);
  if (!nodes_.knows(node) || node == self_)
    return answer_error(session, ENXIO, "that node is not in the node table");
  session.role = Role::peer;
  session.node = node;
  answer(session, {{"op", "welcome"}, {"node", self_}});
}

void Daemon::capsule_hello(Session& session, const Message& message) {
  session.role = Role::capsule;
  session.cid = message.value("cid", "");
  for (auto& launch : launches_)
    if (launch->cid() == session.cid) return launch->capsule(session, message);
  Job* job = find_cid(session.cid);
  if (job == nullptr) {
    // Of a copy that has been given up; kill_strays() decides about frozen
    // ones, which stay.
    auto cgroup = CopyCgroup::open(cgroup_base_, session.cid);
    if (!cgroup || !cgroup->freeze_flag().value_or(false))
      answer(session, {{"op", "close"}});
    return;
  }
  job->from_capsule(session, message);
}

void Daemon::images_hello(Session& session, const Message& message) {
  Job* job = find(message.value("job", ""));
  std::string dir;
  if (job != nullptr && job->target)
    dir = job->target->images(message.value("node", 0),
                              message.value("k", std::uint64_t{0}),
                              message.value("nonce", ""));
  if (dir.empty())
    return answer_error(session, EPERM, "no such move was offered");
  answer(session, {{"op", "ok"}, {"dir", dir}});
}

void Daemon::client_attach(Session& session, const Message& message) {
  Job* job = find(message.value("job", ""));
  if (job == nullptr || !job->is_home())
    return answer_error(session, ESRCH, "nobody knows this job any more");
  if (session.uid != 0 && session.uid != job->record.uid)
    return answer_error(session, EPERM, "the job is another user's");
  answer(
      session,
      {{"op", "running"}, {"job", job->name()}, {"pid", job->record.copy.pid}});
  job->client_attached(session);
}

void Daemon::tool_message(Session& session, const Message& message) {
  const std::string op = op_of(message);
  if (op == "status") return answer(session, status(session.uid));
  if (op == "migrate") return on_migrate(session, message);
  if (op == "set") return on_set(session, message);
  if (op == "lock") return on_lock(session, message);
  if (op == "resolve") return on_resolve(session, message);
  if (op == "lease") return on_lease(session, message);
  if (op == "attach") return client_attach(session, message);
  if (op == "request") {
    const auto* row = request_row(message.value("id", ""));
    if (row == nullptr) return answer_error(session, ENOENT, "no such request");
    Message answer_row = to_message(row->request);
    answer_row["op"] = "request";
    return answer(session, answer_row);
  }
  if (op == "run") {
    auto launch = Launch::begin(*this, session, message);
    if (!launch)
      return answer_error(session, launch.error().code, launch.error().text);
    launches_.push_back(std::move(*launch));
    return hurry();
  }
  answer_error(session, EINVAL, fmt::format("{} is not understood", op));
}

// --- who may do what

namespace {

bool is_among(uid_t uid, const std::vector<uid_t>& users) {
  return std::find(users.begin(), users.end(), uid) != users.end();
}

}  // namespace

bool Daemon::may_see_all(uid_t uid) const {
  return uid == 0 || is_among(uid, agents_) || is_among(uid, operators_);
}

uid_t Daemon::acting_uid(const Session& session, const Message& message) const {
  const auto claimed = message.value("uid", -1L);
  const bool believed = session.uid == 0 || is_among(session.uid, agents_);
  return believed && claimed >= 0 ? static_cast<uid_t>(claimed) : session.uid;
}

bool Daemon::may_move(uid_t uid, const Job* job) const {
  const bool administrator = uid == 0 || is_among(uid, operators_);
  return administrator || (job != nullptr && job->record.uid == uid);
}

void Daemon::on_migrate(Session& session, const Message& message) {
  MigrateCall call;
  call.id = message.value("id", "");
  call.job = message.value("job", "");
  call.pid = message.value("pid", 0);
  call.to = message.value("to", kBest);
  call.by = message.value("by", "");
  call.automatic = message.value("automatic", false);
  Job* job = call.job.empty() ? find_pid(call.pid) : find(call.job);
  if (call.job.empty() && job == nullptr)
    return answer_error(
        session, ESRCH,
        fmt::format("process {} is not managed here", call.pid));
  if (!may_move(acting_uid(session, message), job))
    return answer_error(session, EPERM, "not your process");
  if (job != nullptr) call.job = job->name();
  auto id = ask(call);
  if (!id) return answer_error(session, id.error().code, id.error().text);
  answer(session, {{"op", "ok"}, {"id", *id}});
}

void Daemon::on_set(Session& session, const Message& message) {
  if (!may_move(acting_uid(session, message), nullptr))
    return answer_error(session, EPERM, "only administrators may set that");
  const std::string name = message.value("name", "");
  const double value = message.value("value", 0.0);
  if ((name == "expel" || name == "bring") && value != 1)
    return answer_error(session, EINVAL, name + " is set to 1 only");
  if (name == "expel") {
    expel();
    return answer(session, {{"op", "ok"}});
  }
  if (name == "bring") {
    bring();
    return answer(session, {{"op", "ok"}});
  }
  auto set = settings_.set(name, value, message.value("by", ""));
  if (!set) return answer_error(session, set.error().code, set.error().text);
  second();
  answer(session, {{"op", "ok"}});
}

void Daemon::on_lock(Session& session, const Message& message) {
  Job* job = find_pid(message.value("pid", 0));
  if (job == nullptr)
    return answer_error(session, ESRCH, "this process is not managed here");
  if (!may_move(acting_uid(session, message), job))
    return answer_error(session, EPERM, "not your process");
  const bool on = message.value("on", false);
  job->record.lock = on;
  if (!job->save())
    return answer_error(session, EIO, "cannot write the record");
  const int other = job->is_owner() ? job->record.home : job->record.where.node;
  if (other != self_)
    send(other, {{"op", "lock"}, {"job", job->name()}, {"on", on}});
  answer(session, {{"op", "ok"}});
}

void Daemon::on_resolve(Session& session, const Message& message) {
  Job* job = find(message.value("job", ""));
  const std::string dead = message.value("dead", "");
  if (session.uid != 0)
    return answer_error(session, EPERM, "only root may resolve a move");
  if (job == nullptr)
    return answer_error(session, ESRCH, "this job is not known here");
  const bool of_source = dead == "target" && job->source &&
                         job->record.source.state == SourceState::granted;
  const bool of_target = dead == "source" && job->target &&
                         job->record.target.state == TargetState::prepared;
  if (!of_source && !of_target)
    return answer_error(session, EINVAL,
                        "this job does not wait for its " + dead);
  const int peer =
      of_source ? job->record.source.peer : job->record.target.peer;
  if (nodes_.up(peer, now_ms()) || nodes_.link_up(peer))
    return answer_error(session, EBUSY,
                        fmt::format("node {} answers: it is not dead", peer));
  const std::string by = fmt::format("uid {}", session.uid);
  if (of_source)
    job->source->target_is_dead(by);
  else
    job->target->source_is_dead(by);
  hurry();
  answer(session, {{"op", "ok"}, {"text", "the job goes on here"}});
}

}  // namespace mosix
