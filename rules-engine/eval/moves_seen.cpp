#include "eval/moves_seen.h"

#include <algorithm>
#include <limits>

#include "eval/identity.h"

namespace balance {
namespace {

/// What a host tells of a process may be older than what the engine knows of
/// its own moves.
constexpr double kLate_s = 30;

/// Of what no host has told for so long it has ended.
constexpr double kForget_s = 3600;

}  // namespace

std::map<std::string, MovesSeen::Told> MovesSeen::told(
    const Needs& needs, const Snapshot& snapshot,
    const std::vector<std::string>& hosts) {
  // Counts only grow: an old sample tells nothing wrong.
  const Identity identity(needs, snapshot, hosts,
                          std::numeric_limits<double>::infinity());
  std::map<std::string, Told> out;
  for (HostId host = 0; host < hosts.size(); ++host) {
    const Sample* sample = snapshot.find(needs.moves, host);
    if (sample == nullptr) continue;
    const bool before = !heard_.insert(host).second;
    for (std::size_t i = 0; i < sample->size(); ++i) {
      const double moves = sample->number(i);
      if (!(moves >= 0 && moves < 1e9)) continue;
      Told& one = out[identity.identity_at(host, sample->roster->instances[i])];
      one.moves = std::max(one.moves, static_cast<int>(moves));
      one.came = one.came || before;
    }
  }
  return out;
}

void MovesSeen::look(const Needs& needs, const Snapshot& snapshot,
                     const std::vector<std::string>& hosts, Ledger& ledger) {
  const double now_s = snapshot.now_s();
  for (const auto& [process, now] : told(needs, snapshot, hosts)) {
    const auto [known, added] = moves_.emplace(process, Known{now.moves, 0});
    int more = now.moves - known->second.moves;
    if (added && now.came && now.moves > 0) more = 1;
    for (int i = 0; i < more; ++i)
      ledger.seen(process, looked_s_ - kLate_s, now_s);
    known->second.moves = std::max(known->second.moves, now.moves);
    known->second.told_s = now_s;
  }
  std::erase_if(moves_, [now_s](const auto& each) {
    return each.second.told_s < now_s - kForget_s;
  });
  looked_s_ = now_s;
}

}  // namespace balance
