// Requests: entered where they are asked, carried out where the job is, and
// followed from there back.
#include <algorithm>
#include <ctime>

#include <fmt/chrono.h>

#include "api/job_name.h"
#include "api/snapshot.h"
#include "base/log.h"
#include "mosixd/daemon.h"
#include "mosixd/source_move.h"
#include "mosixd/target_move.h"

namespace mosix {
namespace {

using base::fail;
using base::Result;

/// How long a node may take to say that it has a request.
constexpr std::int64_t kAnswer_ms = 10000;

MigrateCall to_home(const std::string& job, const std::string& by) {
  MigrateCall call;
  call.job = job;
  call.to = kHome;
  call.by = by;
  return call;
}

}  // namespace

RequestTable::Row* Daemon::request_row(const std::string& rid) {
  return requests_.find(rid);
}

/// The node id that a destination stands for; kBest stays, for the owner.
Result<int> Daemon::destination(int to, const Job& job) const {
  if (to == kBest) return kBest;
  const int node = to == kHome ? job.record.home : to;
  if (!nodes_.knows(node))
    return fail(ENXIO, fmt::format("no node has the number {}", node));
  const int here = job.is_owner() ? self_ : job.record.where.node;
  if (node == here)
    return fail(EALREADY, fmt::format("it is at node {} already", node));
  if (!nodes_.up(node, now_ms()))
    return fail(EHOSTUNREACH,
                fmt::format("node {} ({}) is down", node, nodes_.host(node)));
  return node;
}

Result<std::string> Daemon::ask(const MigrateCall& call) {
  if (!call.id.empty() && request_row(call.id) != nullptr) return call.id;
  if (!settings_.enabled) return fail(ECANCELED, settings_.why_off());
  Job* job = find(call.job);
  if (job == nullptr)
    return fail(ESRCH, fmt::format("job {} is not known here", call.job));
  auto to = destination(call.to, *job);
  if (!to) return tl::make_unexpected(to.error());
  for (const auto& row : requests_.rows())
    if (row.request.job == call.job && !is_final(row.request.state))
      return fail(
          EBUSY, fmt::format("request {} is in flight for it", row.request.id));
  if (job->is_owner() && !job->not_settled().empty())
    return fail(EBUSY, job->not_settled());
  if (call.automatic && job->record.lock) return fail(EPERM, "it is locked");
  Request request;
  request.id = !call.id.empty()
                   ? call.id
                   : fmt::format("{}-{}-{}", self_, wall_ms(), ++next_request_);
  request.job = call.job;
  request.from = job->is_owner() ? self_ : job->record.where.node;
  request.to = *to == kBest ? 0 : *to;
  request.by = call.by;
  auto& row = requests_.add({.request = request,
                             .origin = self_,
                             .automatic = call.automatic,
                             .asked_ms = wall_ms()});
  job->goto_node = call.to;
  job->goto_state = RequestState::queued;
  job->goto_error.clear();
  const std::string id = request.id;
  if (job->is_owner())
    carry_out(row, *job);
  else
    ask_again();
  return id;
}

/// Requests that another node has to carry out and has not answered yet.
void Daemon::ask_again() {
  std::vector<std::string> silent;
  for (const auto& row : requests_.rows()) {
    const Request& request = row.request;
    if (row.origin != self_ || row.heard || is_final(request.state)) continue;
    const Job* job = find(request.job);
    if (job != nullptr && job->is_owner()) continue;
    if (wall_ms() - row.asked_ms > kAnswer_ms) {
      silent.push_back(request.id);
      continue;
    }
    Message message = to_message(request);
    message["op"] = "request";
    message["origin"] = row.origin;
    message["automatic"] = row.automatic;
    send(job != nullptr ? job->record.where.node : request.from, message);
  }
  for (const std::string& id : silent) {
    auto& row = *requests_.find(id);
    row.request.state = RequestState::failed;
    row.request.reason =
        fmt::format("node {} does not answer", row.request.from);
    requests_.changed(row);
  }
}

void Daemon::on_peer_request(const Message& message) {
  auto request = request_from(message);
  if (!request) return;
  if (auto* known = request_row(request->id)) return publish(*known);
  RequestTable::Row row{.request = *request,
                        .origin = message.value("origin", 0),
                        .automatic = message.value("automatic", false),
                        .asked_ms = wall_ms()};
  row.request.state = RequestState::queued;
  Job* job = find(request->job);
  auto& entered = requests_.add(std::move(row));
  if (job != nullptr && job->is_owner()) return carry_out(entered, *job);
  entered.request.state = RequestState::refused;
  entered.request.reason = "the job is not there";
  requests_.changed(entered);
  publish(entered);
}

/// This node has the job: the move begins, or is refused.
void Daemon::carry_out(RequestTable::Row& row, Job& job) {
  const std::string rid = row.request.id;
  row.heard = true;
  const std::string unsettled = job.not_settled();
  int to = row.request.to;
  std::string no;
  if (!settings_.enabled)
    no = settings_.why_off();
  else if (!unsettled.empty())
    no = unsettled;
  else if (row.automatic && job.record.lock)
    no = "it is locked";
  else if (row.automatic &&
           (settings_.admin.stay || (settings_.admin.lstay && job.is_home())))
    no = "processes stay at that node (stay)";
  else if (job.record.copy.exited)
    no = "it has ended";
  else if (to == 0 && (to = nodes_.best(now_ms())) == 0)
    no = "no node is better";
  else if (to == self_)
    no = "it is there already";
  else if (!nodes_.knows(to) || !nodes_.up(to, now_ms()))
    no = fmt::format("node {} is down", to);
  row.request.from = self_;
  row.request.to = to;
  if (!no.empty()) return request_state(rid, job, RequestState::refused, no);
  base::log_info("job {}: move to node {}, asked by {}", job.name(), to,
                 row.request.by);
  publish(row);
  job.source = std::make_unique<SourceMove>(*this, job, to, rid);
  hurry();
}

void Daemon::request_state(const std::string& rid, Job& job, RequestState state,
                           const std::string& reason) {
  auto* row = request_row(rid);
  if (row == nullptr || is_final(row->request.state)) return;
  row->request.state = state;
  row->request.reason = reason;
  row->request.total_ms = static_cast<std::uint64_t>(
      std::max<std::int64_t>(0, wall_ms() - row->asked_ms));
  requests_.changed(*row);
  job.goto_state = state;
  job.goto_error = reason;
  if (state == RequestState::refused || state == RequestState::failed)
    base::log_info("job {}: request {} {}: {}", job.name(), rid,
                   to_string(state), reason);
  publish(*row);
}

/// To where it was asked, and to the job's home.
void Daemon::publish(const RequestTable::Row& row) {
  Message message = to_message(row.request);
  message["op"] = "request_state";
  message["origin"] = row.origin;
  const int home = parse_job_name(row.request.job).value_or(JobName{}).home;
  if (row.origin != self_ && nodes_.knows(row.origin))
    send(row.origin, message);
  if (home != self_ && home != row.origin && nodes_.knows(home))
    send(home, message);
}

void Daemon::on_request_state(int, const Message& message) {
  auto request = request_from(message);
  if (!request) return;
  auto* row = request_row(request->id);
  if (row == nullptr)
    row = &requests_.add({.request = *request,
                          .origin = message.value("origin", 0),
                          .asked_ms = wall_ms()});
  const std::uint64_t seq = row->request.seq;
  const bool news = row->request.state != request->state;
  row->heard = true;
  row->request = *request;
  row->request.seq = seq;
  if (news) requests_.changed(*row);
  if (Job* job = find(request->job)) {
    if (job->goto_node == -2) job->goto_node = request->to;
    job->goto_state = request->state;
    job->goto_error = request->reason;
  }
}

void Daemon::expel() {
  (void)settings_.set("block", 1, "expel");
  for (auto& [name, job] : jobs_)
    if (!job->forgotten() && job->is_owner() && !job->is_home())
      (void)ask(to_home(name, "expel"));
}

void Daemon::bring() {
  (void)settings_.set("lstay", 1, "bring");
  for (auto& [name, job] : jobs_)
    if (!job->forgotten() && job->is_home() && !job->is_owner())
      (void)ask(to_home(name, "bring"));
}

}  // namespace mosix
