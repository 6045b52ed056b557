// netstat.agent.*, netstat.control.*
#include "pmda/metrics.h"

namespace netstat {
namespace {

using agent::kBytes;
using agent::kCount;
using agent::kNoUnit;
using agent::kSeconds;
using agent::kSingular;
using agent::Value;
using agent::value_of;

template <auto Member>
Value status(const View& view, std::size_t) {
  return value_of(view.summary.status.*Member);
}

template <auto Member>
Value summary(const View& view, std::size_t) {
  return value_of(view.summary.*Member);
}

template <auto Member>
Value total(const View& view, std::size_t) {
  return value_of(view.summary.totals.*Member);
}

template <auto Which, auto Direction>
Value bytes(const View& view, std::size_t) {
  return bytes_or_none(view, view.summary.totals.*Which.*Direction);
}

Value volume_state(const View& view, std::size_t) {
  const Status& status = view.summary.status;
  if (!status.no_volumes.empty()) return "none: " + status.no_volumes;
  return std::string(status.volumes_on ? "on" : "off");
}

constexpr Metric kMetrics[] = {
    {{"agent.source", 3, 0, PM_TYPE_STRING, kSingular, PM_SEM_DISCRETE, kNoUnit,
      "where the sockets come from",
      "walk or task_file (BPF iterators), diag (sock_diag and /proc) or proc\n"
      "(/proc alone, no bytes). Chosen when the agent starts: its log says "
      "why\n"
      "better ones were not."},
     status<&Status::source>,
     true},
    {{"agent.closes", 3, 1, PM_TYPE_STRING, kSingular, PM_SEM_DISCRETE, kNoUnit,
      "how connections that ended are counted",
      "bpf, multicast, or \"none: \" and the reason. Without it the bytes of "
      "a\n"
      "connection since its last sample are not counted, and connections that\n"
      "are shorter than the interval hardly ever."},
     status<&Status::closes>,
     true},
    {{"agent.volume", 3, 2, PM_TYPE_STRING, kSingular, PM_SEM_DISCRETE, kNoUnit,
      "whether UDP and UNIX are counted",
      "on, off (see netstat.control.volume), or \"none: \" and the reason why\n"
      "they cannot be."},
     volume_state,
     true},
    {{"agent.trouble", 3, 3, PM_TYPE_STRING, kSingular, PM_SEM_INSTANT, kNoUnit,
      "what went wrong in the last sample",
      "Empty if nothing did. If no sample succeeds for three intervals and 5\n"
      "seconds, values are withheld rather than shown too old."},
     status<&Status::trouble>,
     true},
    {{"agent.sample.count", 3, 4, PM_TYPE_U64, kSingular, PM_SEM_COUNTER,
      kCount, "samples made",
      "One each netstat.control.interval while somebody asked within the last\n"
      "30 seconds. One sample serves all clients."},
     status<&Status::samples>,
     true},
    {{"agent.sample.time", 3, 5, PM_TYPE_DOUBLE, kSingular, PM_SEM_INSTANT,
      kSeconds, "time that the last sample took",
      "By the clock, from its begin to its entry into the agent's books."},
     status<&Status::sample_s>},
    {{"agent.sample.cpu", 3, 6, PM_TYPE_U64, kSingular, PM_SEM_COUNTER,
      kMicroseconds, "CPU time of all samples",
      "User and system time of the thread that samples. What answering "
      "clients\n"
      "takes is not in it, nor what counting UDP and UNIX costs their users."},
     status<&Status::cpu_us>,
     true},
    {{"agent.sample.age", 3, 7, PM_TYPE_DOUBLE, kSingular, PM_SEM_INSTANT,
      kSeconds, "age of the values",
      "Time since the begin of the last sample that succeeded."},
     summary<&Summary::age_s>},
    {{"agent.sockets", 3, 8, PM_TYPE_U32, kSingular, PM_SEM_INSTANT, kCount,
      "sockets in the last sample",
      "One that several processes hold counts once for each."},
     status<&Status::sockets>},
    {{"agent.conns", 3, 9, PM_TYPE_U32, kSingular, PM_SEM_INSTANT, kCount,
      "connections known", "Of all users, whoever asks."},
     summary<&Summary::connections>},
    {{"agent.processes", 3, 10, PM_TYPE_U32, kSingular, PM_SEM_INSTANT, kCount,
      "processes known", "Of all users, whoever asks."},
     summary<&Summary::processes>},
    {{"agent.peers", 3, 11, PM_TYPE_U32, kSingular, PM_SEM_INSTANT, kCount,
      "peers known", "Of all users, whoever asks."},
     summary<&Summary::peers>},
    {{"agent.in.bytes", 3, 12, PM_TYPE_U64, kSingular, PM_SEM_COUNTER, kBytes,
      "payload received by all processes",
      "All that was counted, of processes that are gone, too. What went from\n"
      "one process of this node to another is received by one and sent by the\n"
      "other."},
     bytes<&Totals::counted, &Bytes::in>},
    {{"agent.out.bytes", 3, 13, PM_TYPE_U64, kSingular, PM_SEM_COUNTER, kBytes,
      "payload sent by all processes",
      "All that was counted, of processes that are gone, too."},
     bytes<&Totals::counted, &Bytes::out>},
    {{"agent.unattributed.in.bytes", 3, 14, PM_TYPE_U64, kSingular,
      PM_SEM_COUNTER, kBytes, "payload received by no known process",
      "Of TCP connections that ended and of which no process was ever known.\n"
      "Not part of netstat.agent.in.bytes."},
     bytes<&Totals::unattributed, &Bytes::in>},
    {{"agent.unattributed.out.bytes", 3, 15, PM_TYPE_U64, kSingular,
      PM_SEM_COUNTER, kBytes, "payload sent by no known process",
      "Of TCP connections that ended and of which no process was ever known.\n"
      "Not part of netstat.agent.out.bytes."},
     bytes<&Totals::unattributed, &Bytes::out>},
    {{"agent.closed", 3, 16, PM_TYPE_U64, kSingular, PM_SEM_COUNTER, kCount,
      "TCP connections that ended",
      "Each end on this node counts once, those of processes that are gone "
      "and\n"
      "of unknown processes, too."},
     total<&Totals::closes>},
    {{"agent.lost.closes", 3, 17, PM_TYPE_U64, kSingular, PM_SEM_COUNTER,
      kCount, "ends of connections that were lost",
      "They came faster than the agent could read them."},
     status<&Status::lost_closes>},
    {{"agent.lost.bytes", 3, 18, PM_TYPE_U64, kSingular, PM_SEM_COUNTER, kBytes,
      "bytes that were lost, as far as known",
      "Of the ends in netstat.agent.lost.closes, and of UDP and UNIX sockets\n"
      "for which there was no room in the kernel's table; both directions."},
     status<&Status::lost_bytes>},
    {{"agent.lost.peers", 3, 20, PM_TYPE_U64, kSingular, PM_SEM_COUNTER, kCount,
      "rows of peers given up for room",
      "There are at most 65,536 such rows; of more, those go that have had no\n"
      "connection and no traffic for longest. The counters of processes lose\n"
      "nothing. Rows that were idle for 10 minutes go anyway and do not "
      "count."},
     total<&Totals::peers_dropped>},
    {{"agent.ownerless", 3, 19, PM_TYPE_U32, kSingular, PM_SEM_INSTANT, kCount,
      "sockets without a process, in the last sample",
      "Sockets that the source saw and of which it knows no process. BPF\n"
      "sources look at the descriptors of processes and see none."},
     total<&Totals::ownerless>},
    {{"control.volume", 4, 0, PM_TYPE_U32, kSingular, PM_SEM_DISCRETE, kNoUnit,
      "count UDP and UNIX; may be stored",
      "1: count what every process sends and receives through UDP and UNIX\n"
      "sockets, which costs some 0.1 microseconds at each such call on this\n"
      "node. 0: do not. Stored by root and the operators that the agent's\n"
      "access file names."},
     status<&Status::volumes_on>,
     true,
     Storing::volume},
    {{"control.interval", 4, 1, PM_TYPE_DOUBLE, kSingular, PM_SEM_DISCRETE,
      kSeconds, "time between samples; may be stored",
      "In seconds, 0.1 to 3600, 1 when the agent starts. Stored by root and\n"
      "the operators that the agent's access file names."},
     summary<&Summary::interval_s>,
     true,
     Storing::interval},
};

}  // namespace

std::span<const Metric> agent_metrics() {
  return kMetrics;
}

}  // namespace netstat
