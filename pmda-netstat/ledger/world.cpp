#include "ledger/world.h"

namespace netstat::world {

namespace {

bool is_udp(const Socket& s) {
  return s.now.protocol == NETSTAT_UDP;
}
bool open_tcp(const Socket& s) {
  return !is_udp(s) && !s.ended && !s.holders.empty();
}
bool orphan(const Socket& s) {
  return !is_udp(s) && !s.ended && s.holders.empty();
}
bool moves(const Socket& s) {
  return is_udp(s) ? !s.holders.empty() : !s.ended;
}
bool held(const Socket& s) {
  return !s.holders.empty();
}

}  // namespace

Job* World::any_job() {
  std::vector<Job*> alive;
  for (auto& job : jobs)
    if (job.alive) alive.push_back(&job);
  return alive.empty() ? nullptr : alive[pick(alive.size())];
}

Socket* World::any_socket(bool (*fits)(const Socket&)) {
  std::vector<Socket*> found;
  for (auto& socket : sockets)
    if (fits(socket)) found.push_back(&socket);
  return found.empty() ? nullptr : found[pick(found.size())];
}

void World::spawn() {
  std::set<std::uint32_t> used;
  for (const auto& job : jobs)
    if (job.alive) used.insert(job.who.pid);
  for (std::uint32_t pid = 1; pid < 12; ++pid) {  // pids are used again soon
    if (used.contains(pid) || chance(50)) continue;
    jobs.push_back({process(pid, ++clock_), true});
    return;
  }
}

void World::fork(Job& parent) {
  const auto before = jobs.size();
  spawn();
  if (jobs.size() == before) return;
  for (auto& socket : sockets)
    if (socket.holders.contains(&parent)) socket.holders.insert(&jobs.back());
}

void World::exit(Job& job) {
  for (auto& socket : sockets)
    if (socket.holders.contains(&job)) drop(job, socket);
  job.alive = false;
}

void World::open(Job& job) {
  auto& socket = sockets.emplace_back();
  socket.now = chance(25) ? udp(++inode_) : tcp(++inode_, 1, 1);
  socket.now.local_port = static_cast<std::uint16_t>(1 + pick(60'000));
  socket.now.remote[15] = static_cast<std::uint8_t>(pick(5));
  socket.holders.insert(&job);
  socket.opener = &job;
}

void World::pass(Socket& socket) {
  socket.holders.insert(any_job());
}

void World::drop(Job& job, Socket& socket) {
  socket.holders.erase(&job);
  if (!socket.holders.empty() || is_udp(socket) || socket.ended) return;
  socket.closer = &job;
  if (chance(50)) end(socket, &job);  // else it is an orphan for a while
}

void World::send(Socket& socket) {
  const Bytes bytes{pick(1000), pick(1000)};
  if (!is_udp(socket)) {
    socket.now.in_bytes += bytes.in;
    socket.now.out_bytes += bytes.out;
    return;
  }
  std::vector<Job*> callers(socket.holders.begin(), socket.holders.end());
  auto* caller = callers[pick(callers.size())];
  for (auto* sum : {&volumes[{caller, &socket}], &sent[caller]}) {
    sum->in += bytes.in;
    sum->out += bytes.out;
  }
}

void World::end(Socket& socket, Job* closer) {
  socket.ended = true;
  socket.now.state = kClosed;
  if (chance(3)) return;  // the record is lost
  Record record{&socket, {}, nullptr};
  if (closer != nullptr && chance(80)) {
    record.job = closer;
    record.close = closed(socket.now, NETSTAT_OWNER_CLOSER, closer->who);
  } else if (chance(30)) {
    record.job = socket.opener;
    record.close = closed(socket.now, NETSTAT_OWNER_OPENER, socket.opener->who);
  } else {
    record.close = closed(socket.now);
  }
  records.push_back(record);
  if (chance(5)) records.push_back(record);  // told twice
}

void World::step() {
  Job* job = any_job();
  if (job == nullptr) return spawn();
  const auto dice = pick(100);
  if (dice < 4) return spawn();
  if (dice < 7) return fork(*job);
  if (dice < 10) return exit(*job);
  if (dice < 30) return open(*job);
  if (dice < 34) {
    if (auto* socket = any_socket(held)) pass(*socket);
  } else if (dice < 50) {
    if (auto* socket = any_socket(held))
      drop(**socket->holders.begin(), *socket);
  } else if (dice < 53) {
    if (auto* socket = any_socket(open_tcp)) end(*socket, nullptr);  // reset
  } else if (dice < 63) {
    if (auto* socket = any_socket(orphan)) end(*socket, socket->closer);
  } else if (auto* socket = any_socket(moves)) {
    send(*socket);
  }
}

Snapshot World::look() const {
  Snapshot snapshot;
  for (const auto& socket : sockets) {
    if (socket.holders.empty()) continue;
    std::vector<Job*> holders(socket.holders.begin(), socket.holders.end());
    snapshot.entries.push_back(
        {const_cast<Socket*>(&socket), socket.now, std::move(holders)});
  }
  return snapshot;
}

}  // namespace netstat::world
