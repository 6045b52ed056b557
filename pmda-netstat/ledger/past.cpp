#include "ledger/past.h"

namespace netstat {

namespace {
constexpr std::chrono::minutes kKept{5};
constexpr std::size_t kMost = 65'536;
}  // namespace

Past* Memory::find(std::uint64_t inode) {
  const auto at = by_inode_.find(inode);
  return at == by_inode_.end() ? nullptr : at->second.get();
}

Past* Memory::find(const netstat_socket& socket) {
  const auto at = by_ends_.find(ends_of(socket));
  Past* past = at == by_ends_.end() ? nullptr : find(at->second);
  const bool ours = past != nullptr && !past->told &&
                    (past->socket.netns == socket.netns ||
                     past->socket.netns == 0 || socket.netns == 0);
  return ours ? past : nullptr;
}

void Memory::put(const Past& past) {
  const auto inode = past.socket.inode;
  erase(inode);
  auto kept = std::make_unique<Past>(past);
  kept->queued = past.at;
  kept->indexed = !past.told;
  queue_.emplace_back(kept->queued, inode);
  if (kept->indexed) by_ends_[ends_of(past.socket)] = inode;
  by_inode_[inode] = std::move(kept);
}

void Memory::erase(std::uint64_t inode) {
  const auto at = by_inode_.find(inode);
  if (at == by_inode_.end()) return;
  if (at->second->indexed) {
    const auto end = by_ends_.find(ends_of(at->second->socket));
    if (end != by_ends_.end() && end->second == inode) by_ends_.erase(end);
  }
  by_inode_.erase(at);
}

Past* Memory::oldest(Time now) {
  while (!queue_.empty()) {
    const auto [queued, inode] = queue_.front();
    Past* past = find(inode);
    const bool ours = past != nullptr && past->queued == queued;
    if (ours && by_inode_.size() <= kMost && now - queued <= kKept)
      return nullptr;  // and the others are younger
    queue_.pop_front();
    if (!ours) continue;
    if (past->at == queued) return past;
    past->queued = past->at;  // heard of since
    queue_.emplace_back(past->queued, inode);
  }
  return nullptr;
}

}  // namespace netstat
