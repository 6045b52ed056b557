// The leases of engines: what they ask here, and what nodes tell each other.
#include "api/snapshot.h"
#include "mosixd/daemon.h"

namespace mosix {

void Daemon::on_lease(Session& session, const Message& message) {
  const uid_t uid = session.uid;
  Lease wanted;
  wanted.rules = text_of(message.value("rules", Message()));
  wanted.engine = text_of(message.value("engine", Message()));
  // A user's engine moves that user's jobs only, and keeps nobody else from
  // acting.
  if (!may_move(uid, nullptr)) wanted.uid = static_cast<long>(uid);
  wanted.node = self_;
  wanted.host = nodes_.host(self_);
  wanted.pid = session.pid;
  wanted.since_s = wall_ms() / 1000;
  const std::int64_t now = now_ms();
  const std::size_t before = leases_.own(now).size();
  const auto may = leases_.ask(wanted, settings_.why_off(), now);
  // The sooner others know, the shorter may two act at once.
  if (leases_.own(now).size() != before) tell_leases();
  if (!may) return answer_error(session, may.error().code, may.error().text);
  answer(session, {{"op", "ok"}});
}

/// Also from a node that is quiet, and also if there are none: silence would
/// mean that what was told before still holds.
void Daemon::tell_leases() {
  const std::int64_t now = now_ms();
  if (!leases_.tells(now)) return;
  Message rows = Message::array();
  for (const Lease& lease : leases_.own(now)) rows.push_back(to_message(lease));
  for (const NodeEntry& entry : entries_)
    if (entry.id != self_ && links_->up(entry.id))
      links_->send(entry.id, {{"op", "leases"}, {"rows", rows}});
}

void Daemon::on_leases(int node, const Message& message) {
  std::vector<Lease> leases;
  for (const Message& row : message.value("rows", Message::array()))
    if (auto lease = lease_from(row)) leases.push_back(std::move(*lease));
  leases_.heard(node, std::move(leases), now_ms());
}

}  // namespace mosix
