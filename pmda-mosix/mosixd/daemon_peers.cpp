// What other nodes say.
#include <algorithm>

#include "api/job_name.h"
#include "api/snapshot.h"
#include "base/log.h"
#include "mosixd/daemon.h"
#include "mosixd/source_move.h"
#include "mosixd/target_move.h"

namespace mosix {

void Daemon::send(int node, Message message) {
  if (node != self_) {
    links_->send(node, message);
    return;
  }
  loop_.post(
      [this, message = std::move(message)] { peer_message(self_, message); });
}

/// Once a second: the own record and leases to every node, and to each home
/// what its guests here are doing.
void Daemon::heartbeat() {
  const std::int64_t now = now_ms();
  std::map<int, Message> guests_of;
  for (auto& [name, job] : jobs_)
    if (!job->forgotten() && job->is_owner() && !job->is_home())
      guests_of[job->record.home].push_back(to_message(job->row(now)));
  for (const NodeEntry& entry : entries_) {
    if (entry.id == self_ || !links_->up(entry.id)) continue;
    if (!settings_.admin.quiet) {
      Message record = to_message(nodes_.row(self_, now));
      record["op"] = "node";
      links_->send(entry.id, record);
    }
    const auto guests = guests_of.find(entry.id);
    if (guests != guests_of.end())
      links_->send(entry.id,
                   {{"op", "guests"}, {"rows", std::move(guests->second)}});
  }
  tell_leases();
}

void Daemon::peer_message(int node, const Message& message) try {
  const std::string op = op_of(message);
  if (op == "node") {
    if (auto record = node_from(message)) nodes_.heard(node, *record, now_ms());
    return;
  }
  if (op == "guests") return on_guests(node, message);
  if (op == "leases") return on_leases(node, message);
  if (op == "request") return on_peer_request(message);
  if (op == "request_state") return on_request_state(node, message);
  const std::string name = message.value("job", "");
  if (!parse_job_name(name)) return;
  if (op == "offer") return on_offer(node, message);
  Job* job = find(name);
  if (op == "io") {
    if (job != nullptr)
      job->frame_from_peer(node, message.value("frame", Message::object()));
  } else if (op == "lock") {
    if (job == nullptr) return;
    job->record.lock = message.value("on", false);
    (void)job->save();
  } else if (op == "location") {
    if (job != nullptr)
      return job->location(node, message.value("k", std::uint64_t{0}), message);
    // A home that has forgotten the job has heard of its end.
    send(node, {{"op", "location_ack"},
                {"job", name},
                {"k", message.value("k", std::uint64_t{0})},
                {"state", message.value("state", "")},
                {"client", "gone"}});
  } else if (op == "location_ack") {
    if (job != nullptr) job->location_ack(message);
  } else {
    const auto k = message.value("k", std::uint64_t{0});
    const bool to_source = op == "accept" || op == "refuse" ||
                           op == "prepared" || op == "released" ||
                           op == "aborted";
    hurry();
    if (job != nullptr && to_source && job->source &&
        job->record.source.k == k && job->record.source.peer == node)
      job->source->on_peer(message);
    else if (job != nullptr && !to_source && job->target &&
             job->record.target.k == k && job->record.target.peer == node)
      job->target->on_peer(message);
    else
      unknown_move(node, message);
  }
} catch (const Message::exception& error) {
  base::log_error("node {}: {}", node, error.what());
}

/// A word about a move that is not open here: it is answered by what must have
/// become of it.
void Daemon::unknown_move(int node, const Message& message) {
  const std::string op = op_of(message);
  const auto k = message.value("k", std::uint64_t{0});
  Message reply{{"job", message.value("job", "")}, {"k", k}};
  if (op == "prepared") {
    reply["op"] = "abort";  // we closed it, so it was not granted
  } else if (op == "released" || op == "aborted") {
    reply["op"] = "end";  // we have heard it
  } else if (op == "grant" || op == "query" || op == "abort") {
    const Job* job = find(message.value("job", ""));
    const bool ours = job != nullptr && job->record.target.k == k &&
                      job->record.target.state == TargetState::ended;
    reply["op"] = ours ? "released" : "aborted";
    if (!ours) reply["reason"] = "that node does not know the move";
  } else {
    return;
  }
  send(node, std::move(reply));
}

void Daemon::on_offer(int node, const Message& message) {
  const std::string name = message.value("job", "");
  const auto k = message.value("k", std::uint64_t{0});
  Job* job = find(name);
  std::string no;
  if (job != nullptr && job->target &&
      job->record.target.state == TargetState::aborted)
    job->target.reset();
  if (job != nullptr && job->is_owner())
    no = "the job is already there";
  else if (job != nullptr && !job->not_settled().empty())
    no = fmt::format("node {}: {}", self_, job->not_settled());
  if (!no.empty())
    return send(node,
                {{"op", "refuse"}, {"job", name}, {"k", k}, {"reason", no}});
  if (job == nullptr) {
    JobRecord record;
    record.job = name;
    record.home = parse_job_name(name)->home;
    job = &add(std::make_unique<Job>(*this, std::move(record)));
  }
  job->target = std::make_unique<TargetMove>(*this, *job, node, message);
  hurry();
}

void Daemon::on_guests(int node, const Message& message) {
  for (const Message& row : message.value("rows", Message::array())) {
    auto process = process_from(row);
    if (!process) continue;
    Job* job = find(process->job);
    if (job == nullptr || !job->is_home()) continue;
    if (job->record.where.node != node) continue;
    // A copy that is on its way home has been counted when it was begun.
    const bool coming =
        job->target && job->record.target.state != TargetState::aborted;
    if (!coming) job->record.nmigs = process->nmigs;
    job->report = std::move(*process);
    job->report_ms = now_ms();
  }
}

}  // namespace mosix
