#include "bpf/gather.h"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

namespace netstat {

namespace {

bool by_inode(const netstat_socket& left, const netstat_socket& right) {
  return left.inode < right.inode;
}
bool not_rising(const netstat_socket& left, const netstat_socket& right) {
  return left.inode >= right.inode;
}
bool same_inode(const netstat_socket& left, const netstat_socket& right) {
  return left.inode == right.inode;
}

}  // namespace

Gather::Gather(Reading& reading) : reading_(reading) {
  reading_.clear();
}

void Gather::add(const netstat_process& process,
                 std::span<const netstat_socket> sockets) {
  auto& holders = reading_.holders;
  if (holders.empty() || holders.back().process.pid != process.pid ||
      holders.back().process.start_ticks != process.start_ticks) {
    close_holder();
    holders.push_back({process, reading_.sockets.size(), 0});
  }
  reading_.sockets.insert(reading_.sockets.end(), sockets.begin(),
                          sockets.end());
  holders.back().count += sockets.size();
}

void Gather::finish(bool several_tables) {
  close_holder();
  if (several_tables) merge_tables();
}

// A socket is listed for each of its descriptors: once is enough. Mostly the
// inodes rise with the descriptors, so that there is nothing to do.
void Gather::close_holder() {
  if (reading_.holders.empty()) return;
  auto& holder = reading_.holders.back();
  auto& sockets = reading_.sockets;
  const auto first =
      sockets.begin() + static_cast<std::ptrdiff_t>(holder.first);
  if (std::adjacent_find(first, sockets.end(), not_rising) == sockets.end())
    return;
  std::sort(first, sockets.end(), by_inode);
  sockets.erase(std::unique(first, sockets.end(), same_inode), sockets.end());
  holder.count = sockets.size() - holder.first;
}

// Rare: threads with tables of their own.
void Gather::merge_tables() {
  std::map<std::pair<std::uint32_t, std::uint64_t>,
           std::vector<const Reading::Holder*>>
      processes;
  for (const auto& holder : reading_.holders)
    processes[{holder.process.pid, holder.process.start_ticks}].push_back(
        &holder);
  Reading merged;
  Gather gather(merged);
  for (const auto& [key, holders] : processes)
    for (const Reading::Holder* holder : holders)
      gather.add(
          holder->process,
          std::span(reading_.sockets).subspan(holder->first, holder->count));
  gather.finish(false);
  std::swap(reading_, merged);
}

}  // namespace netstat
