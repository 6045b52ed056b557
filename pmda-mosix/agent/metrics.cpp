#include "agent/metrics.h"

namespace mosix {
namespace {

constexpr agent::IndomRow kIndoms[] = {
    {kNodes, "nodes of the cluster",
     "One instance for each node of the node table, this one included. The\n"
     "instance number is the node's id, the name is its host."},
    {kProcesses, "managed processes known here",
     "One instance for each managed process (with the criu driver a job, the\n"
     "whole tree that moves as one, named by its first process) that runs "
     "here\n"
     "or whose home is here. The instance number is its pid here, or the pid\n"
     "that it had here if it is away; the name is the pid in six digits and\n"
     "the command. If a process that runs here has got the pid of one that is\n"
     "away, the one that is away is named PID/JOB COMMAND."},
    {kTasks, "processes that belong to managed ones",
     "One instance for each process of the trees that run here. The instance\n"
     "number is the pid, the name the pid in six digits and the command, as\n"
     "those of pmdaproc(1)."},
    {kRequests, "requests to migrate",
     "One instance for each of the last 1000 requests at this node. The\n"
     "instance number grows by one with each request, the name is the\n"
     "request's id."},
    {kRuleSets, "sets of rules that an engine acts on",
     "One instance for each set of rules that a pmbalance(1) somewhere in the\n"
     "cluster acts on, as known here. The name is that of the set; behind "
     "that\n"
     "of a user who is no administrator stands \"/uid\" and the user's "
     "number.\n"
     "The instance number is made of the name, and the same everywhere."},
};

}  // namespace

agent::Table mosix_table() {
  agent::Table table{"mosix", kDomain, {}, kIndoms};
  for (const auto rows : {node_metrics(), process_metrics(), request_metrics(),
                          control_metrics()})
    for (const Metric& metric : rows) table.metrics.push_back(&metric);
  return table;
}

}  // namespace mosix
