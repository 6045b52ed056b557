#include "pmda/metrics.h"

namespace netstat {
namespace {

constexpr agent::IndomRow kIndoms[] = {
    {kConnections, "connections of processes",
     "One instance for each TCP socket that is not listening, each bound UDP\n"
     "socket and each UNIX socket with a peer that a process holds: a socket\n"
     "that several processes hold is shown once, with one of them. The name\n"
     "is PID/PROTOCOL/LOCAL-REMOTE/INODE or PID/unix/INODE-PEERINODE with the\n"
     "pid in six digits. Instance numbers grow and are not used again."},
    {kProcesses, "processes with sockets",
     "One instance for each process that holds a socket, or held one since "
     "the\n"
     "agent knows it. The instance number is the pid, the name the pid in six\n"
     "digits and the command, as those of pmdaproc(1)."},
    {kPeers, "addresses that processes talk to",
     "One instance for each process and remote address of its TCP and UDP\n"
     "sockets, those that were closed included. The name is PID/ADDRESS with\n"
     "the pid in six digits. Instance numbers grow and are not used again."},
};

}  // namespace

agent::Table netstat_table() {
  agent::Table table{"netstat", kDomain, {}, kIndoms};
  for (const auto rows :
       {connection_metrics(), process_metrics(), agent_metrics()})
    for (const Metric& metric : rows) table.metrics.push_back(&metric);
  return table;
}

}  // namespace netstat
