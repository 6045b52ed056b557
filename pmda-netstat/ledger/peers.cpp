#include "ledger/peers.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <vector>

#include "ledger/names.h"

namespace netstat {

namespace {
constexpr std::size_t kMostPeers = 65'536;
constexpr std::chrono::minutes kIdle{10};
}  // namespace

std::size_t Peers::Hash::operator()(const Key& key) const {
  const auto process = reinterpret_cast<std::uintptr_t>(key.process);
  return Mix()(Mix()(Mix()(key.addr[0]) + key.addr[1]) + process);
}

Peers::Key Peers::key_of(const Process& process,
                         const std::uint8_t (&addr)[16]) {
  Key key{&process, {}};
  std::memcpy(key.addr, addr, sizeof key.addr);
  return key;
}

Peer& Peers::at(Process& process, const std::uint8_t (&addr)[16]) {
  auto& row = rows_[key_of(process, addr)];
  if (row) {
    row->last_active = page_.now;
    return *row;
  }
  row = std::make_unique<Peer>();
  row->id = next_id(last_id_);
  row->name = peer_name(process.process, addr);
  row->owner = row->process = &process;
  std::memcpy(row->addr, addr, sizeof row->addr);
  row->last_active = page_.now;
  page_.rates.born(row->intensity, row->flow);
  shelf_.add(*row);
  ++page_.generation;
  return *row;
}

void Peers::join(Peer& peer) {
  if (peer.connections++ == 0) ++peer.process->peers;
}

void Peers::part(Peer& peer) {
  if (--peer.connections == 0) --peer.process->peers;
  peer.last_active = page_.now;
}

void Peers::drop(const Peer& peer) {
  const auto at = rows_.find(key_of(*peer.process, peer.addr));
  auto row = std::move(at.value());
  rows_.erase(at);
  shelf_.leave(std::move(row));
  ++page_.generation;
}

void Peers::close_page() {
  std::vector<const Peer*> idle;
  shelf_.each([&](Peer& row) {
    page_.rates.step(row.intensity, row.flow, true);
    if (row.connections == 0 && page_.now - row.last_active > kIdle)
      idle.push_back(&row);
  });
  for (const auto* row : idle) drop(*row);
  if (rows_.size() > kMostPeers) make_room();
}

void Peers::make_room() {
  std::vector<const Peer*> idle;
  for (const auto& [key, row] : rows_)
    if (row->connections == 0) idle.push_back(row.get());
  const auto excess = std::min(idle.size(), rows_.size() - kMostPeers);
  std::nth_element(idle.begin(),
                   idle.begin() + static_cast<std::ptrdiff_t>(excess),
                   idle.end(), [](const Peer* a, const Peer* b) {
                     return a->last_active != b->last_active
                                ? a->last_active < b->last_active
                                : a->id < b->id;
                   });
  idle.resize(excess);
  for (const auto* row : idle) drop(*row);
  page_.totals.peers_dropped += excess;
}

void Peers::tidy(bool deaths) {
  if (deaths) {
    std::vector<const Peer*> orphans;
    for (const auto& [key, row] : rows_)
      if (row->process->gone) orphans.push_back(row.get());
    for (const auto* row : orphans) drop(*row);
  }
  shelf_.tidy();
}

}  // namespace netstat
