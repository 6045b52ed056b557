#include "ledger/volume_book.h"

namespace netstat {

namespace {

/// What moved since `before`. A counter that is lower now was made anew.
Bytes since(const Bytes& before, const netstat_volume& now) {
  if (now.in_bytes < before.in || now.out_bytes < before.out)
    return {now.in_bytes, now.out_bytes};
  return {now.in_bytes - before.in, now.out_bytes - before.out};
}

}  // namespace

/// One that was finished was dropped, unless it is still as it was.
bool VolumeBook::was_made_anew(const Entry& entry, const netstat_volume& now) {
  return entry.finished && (entry.counted.in != now.in_bytes ||
                            entry.counted.out != now.out_bytes);
}

Bytes VolumeBook::of_socket(std::uint64_t inode) const {
  const auto at = by_socket_.find(inode);
  return at == by_socket_.end() ? Bytes{} : at->second;
}

void VolumeBook::apply(std::span<const netstat_volume> volumes) {
  finished_.clear();
  const auto number = page_.number;
  for (const auto& volume : volumes) {
    const Key key{volume.inode, volume.process.start_ticks, volume.process.pid};
    auto& entry = entries_[key];
    if (entry.seen == 0 || was_made_anew(entry, volume)) {
      entry = {};
      entry.changed = number;
    }
    entry.seen = number;
    const auto moved = since(entry.counted, volume);
    if (moved.in != 0 || moved.out != 0) {
      entry.changed = number;
      entry.counted = {volume.in_bytes, volume.out_bytes};
      charge(volume, moved);
    }
    if (connections_.find(volume.inode) != nullptr) {
      entry.listed = number;
    } else if (entry.listed + 1 < number && entry.changed < number) {
      finished_.push_back(volume);
      entry.finished = true;
    }
  }
  if (entries_.size() > volumes.size()) forget_missing();
  for (const auto& volume : finished_) by_socket_.erase(volume.inode);
}

void VolumeBook::charge(const netstat_volume& volume, const Bytes& bytes) {
  page_.totals.counted += bytes;
  by_socket_[volume.inode] += bytes;
  if (auto* row = connections_.find(volume.inode)) {
    row->socket.in_bytes += bytes.in;
    row->socket.out_bytes += bytes.out;
    row->flow.add(bytes);
  }
  Process* caller = processes_.told(volume.process);
  if (caller == nullptr) return;
  const bool udp = volume.protocol == NETSTAT_UDP;
  (udp ? caller->udp : caller->unix_bytes) += bytes;
  caller->flow.add(bytes);
  if (!udp || volume.remote_port == 0) return;
  auto& peer = peers_.at(*caller, volume.remote);
  peer.bytes += bytes;
  peer.flow.add(bytes);
}

void VolumeBook::forget_missing() {
  for (auto at = entries_.begin(); at != entries_.end();) {
    if (at->second.seen == page_.number) {
      ++at;
      continue;
    }
    if (connections_.find(at->first.inode) == nullptr)
      by_socket_.erase(at->first.inode);
    at = entries_.erase(at);
  }
}

}  // namespace netstat
