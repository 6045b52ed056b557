// mosix.request.*, mosix.migration.*
#include <algorithm>

#include "agent/metrics.h"

namespace mosix {
namespace {

using agent::kBytes;
using agent::kCount;
using agent::kMilliseconds;
using agent::kNoUnit;
using agent::kSingular;
using agent::Value;
using agent::value_of;

template <auto Member>
Value request(const View& view, std::size_t row) {
  return value_of(view.requests[row]->*Member);
}

/// A node id, which is 0 until it is known.
template <auto Member>
Value place(const View& view, std::size_t row) {
  const int node = view.requests[row]->*Member;
  return node == 0 ? Value{} : value_of(node);
}

Value state(const View& view, std::size_t row) {
  return std::string(to_string(view.requests[row]->state));
}

template <auto Member>
Value counter(const View& view, std::size_t) {
  return value_of(view.all->migrations.*Member);
}

Value done_to(const View& view, std::size_t row) {
  const auto& to = view.all->migrations.to;
  const auto found =
      std::find_if(to.begin(), to.end(), [&](const auto& destination) {
        return destination.node == view.nodes[row]->id;
      });
  return found == to.end() ? std::uint64_t{0} : found->done;
}

constexpr Metric kMetrics[] = {
    {{"request.job", 4, 0, PM_TYPE_STRING, kRequests, PM_SEM_DISCRETE, kNoUnit,
      "process that was to move", "Its identity, as mosix.proc.job."},
     request<&Request::job>},
    {{"request.from", 4, 1, PM_TYPE_U32, kRequests, PM_SEM_DISCRETE, kNoUnit,
      "node id of where it was", "No value as long as that is not known."},
     place<&Request::from>},
    {{"request.to", 4, 2, PM_TYPE_U32, kRequests, PM_SEM_DISCRETE, kNoUnit,
      "node id of where it was to go",
      "No value as long as the best node has not been chosen."},
     place<&Request::to>},
    {{"request.by", 4, 3, PM_TYPE_STRING, kRequests, PM_SEM_DISCRETE, kNoUnit,
      "who asked", "A rule, or a command and the user who gave it."},
     request<&Request::by>},
    {{"request.state", 4, 4, PM_TYPE_STRING, kRequests, PM_SEM_INSTANT, kNoUnit,
      "how far the request has come",
      "queued     asked, not begun\n"
      "frozen     the process stands still, its image is being made\n"
      "shipped    the destination holds a copy that has not run\n"
      "committed  the destination owns the process\n"
      "done       it was seen to run at the destination\n"
      "refused    not begun: mosix.request.reason says why\n"
      "failed     begun and undone: it runs where it was\n"
      "undecided  it stands still until the other node answers, or until\n"
      "           somebody decides with pmmosix(1) resolve"},
     state},
    {{"request.reason", 4, 5, PM_TYPE_STRING, kRequests, PM_SEM_INSTANT,
      kNoUnit, "why the request was refused, failed or is undecided",
      "Empty in all other states."},
     request<&Request::reason>},
    {{"request.bytes", 4, 6, PM_TYPE_U64, kRequests, PM_SEM_INSTANT, kBytes,
      "size of the image", "Bytes that were sent to the destination so far."},
     request<&Request::bytes>},
    {{"request.time.frozen", 4, 7, PM_TYPE_U64, kRequests, PM_SEM_INSTANT,
      kMilliseconds, "how long the process stood still",
      "Time from when it was stopped until it ran again."},
     request<&Request::frozen_ms>},
    {{"request.time.total", 4, 8, PM_TYPE_U64, kRequests, PM_SEM_INSTANT,
      kMilliseconds, "how long the request took",
      "Time from when it was asked until it ended."},
     request<&Request::total_ms>},
    {{"migration.asked", 5, 0, PM_TYPE_U64, kSingular, PM_SEM_COUNTER, kCount,
      "requests to migrate", "Requests at this node since mosixd started."},
     counter<&MigrationCounters::asked>},
    {{"migration.done", 5, 1, PM_TYPE_U64, kSingular, PM_SEM_COUNTER, kCount,
      "migrations that succeeded",
      "Requests at this node, since mosixd started, whose process was seen to\n"
      "run at its destination."},
     counter<&MigrationCounters::done>},
    {{"migration.refused", 5, 2, PM_TYPE_U64, kSingular, PM_SEM_COUNTER, kCount,
      "requests that were refused",
      "Requests at this node, since mosixd started, that were not begun."},
     counter<&MigrationCounters::refused>},
    {{"migration.failed", 5, 3, PM_TYPE_U64, kSingular, PM_SEM_COUNTER, kCount,
      "migrations that were undone",
      "Requests at this node, since mosixd started, that were begun and\n"
      "undone: the process runs on where it was."},
     counter<&MigrationCounters::failed>},
    {{"migration.to.done", 5, 4, PM_TYPE_U64, kNodes, PM_SEM_COUNTER, kCount,
      "migrations that succeeded, by destination",
      "mosix.migration.done, divided by the node where the process went."},
     done_to},
};

}  // namespace

std::span<const Metric> request_metrics() {
  return kMetrics;
}

}  // namespace mosix
