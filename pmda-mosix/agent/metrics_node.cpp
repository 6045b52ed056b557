// mosix.self.*, mosix.node.*
#include "agent/metrics.h"

namespace mosix {
namespace {

using agent::kBytes;
using agent::kNoUnit;
using agent::kSeconds;
using agent::kSingular;
using agent::Value;
using agent::value_of;

template <auto Member>
Value self(const View& view, std::size_t) {
  return value_of(view.all->self.*Member);
}

template <auto Member>
Value node(const View& view, std::size_t row) {
  return value_of(view.nodes[row]->*Member);
}

/// What was last heard of a node is its value only for a while.
template <auto Member>
Value fresh(const View& view, std::size_t row) {
  const Node& node = *view.nodes[row];
  return node.fresh() ? value_of(node.*Member) : Value{};
}

Value age(const View& view, std::size_t row) {
  const double age_s = view.nodes[row]->age_s;
  return age_s < 0 ? Value{} : value_of(age_s);
}

constexpr Metric kMetrics[] = {
    {{"self.id", 0, 0, PM_TYPE_U32, kSingular, PM_SEM_DISCRETE, kNoUnit,
      "node id of this node",
      "The number of this node in the cluster's node table."},
     self<&Node::id>},
    {{"self.load", 0, 1, PM_TYPE_DOUBLE, kSingular, PM_SEM_INSTANT, kNoUnit,
      "load of this node in standard CPUs",
      "How much work there is for the CPUs of this node, measured by its own\n"
      "daemon: 1.0 keeps one standard CPU (of speed 1) busy."},
     self<&Node::load>},
    {{"self.speed", 0, 2, PM_TYPE_DOUBLE, kSingular, PM_SEM_DISCRETE, kNoUnit,
      "speed of one CPU of this node",
      "The speed of one CPU as a ratio to the standard CPU, as configured."},
     self<&Node::speed>},
    {{"self.cpus", 0, 3, PM_TYPE_U32, kSingular, PM_SEM_DISCRETE, kNoUnit,
      "CPUs of this node",
      "Number of CPUs that processes of this node may use."},
     self<&Node::cpus>},
    {{"self.util", 0, 4, PM_TYPE_DOUBLE, kSingular, PM_SEM_INSTANT, kNoUnit,
      "CPU time of this node in use, percent",
      "Percentage of the time of this node's CPUs that was used of late."},
     self<&Node::util>},
    {{"self.mem.total", 0, 5, PM_TYPE_U64, kSingular, PM_SEM_DISCRETE, kBytes,
      "memory of this node", "Main memory that this node may use."},
     self<&Node::mem_total>},
    {{"self.mem.free", 0, 6, PM_TYPE_U64, kSingular, PM_SEM_INSTANT, kBytes,
      "free memory of this node",
      "Memory that new processes could have without swapping."},
     self<&Node::mem_free>},
    {{"self.guests", 0, 7, PM_TYPE_U32, kSingular, PM_SEM_INSTANT, kNoUnit,
      "foreign processes that run here",
      "Number of managed processes that run here and have their home at\n"
      "another node."},
     self<&Node::guests>},
    {{"self.threshold", 0, 8, PM_TYPE_DOUBLE, kSingular, PM_SEM_DISCRETE,
      kNoUnit, "difference of loads that makes this node act",
      "Set by the administrator with pmstore(1), read by rules; kept over\n"
      "restarts. A number from 0 on, 1.3 as shipped."},
     self<&Node::threshold>,
     Storing::setting},
    {{"self.share", 0, 9, PM_TYPE_DOUBLE, kSingular, PM_SEM_DISCRETE, kNoUnit,
      "this node's share of the work, as a weight",
      "Set by the administrator with pmstore(1), read by rules; kept over\n"
      "restarts. A number from 0 on, 1 as shipped; 0 means that the node is\n"
      "to be emptied."},
     self<&Node::share>,
     Storing::setting},
    {{"node.id", 1, 0, PM_TYPE_U32, kNodes, PM_SEM_DISCRETE, kNoUnit, "node id",
      "The number of the node in the cluster's node table."},
     node<&Node::id>},
    {{"node.up", 1, 1, PM_TYPE_U32, kNodes, PM_SEM_INSTANT, kNoUnit,
      "whether the node answers",
      "1 if this node hears from the node, else 0. Then, and if what was "
      "heard\n"
      "is older than 15 seconds, the other metrics of the node, except id and\n"
      "age, have no values."},
     node<&Node::up>},
    {{"node.block", 1, 2, PM_TYPE_U32, kNodes, PM_SEM_INSTANT, kNoUnit,
      "whether the node takes no guests",
      "1 if the node refuses processes of other nodes, else 0."},
     fresh<&Node::block>},
    {{"node.age", 1, 3, PM_TYPE_DOUBLE, kNodes, PM_SEM_INSTANT, kSeconds,
      "age of what is known of the node",
      "Time since the node told this one of itself. No value if it never did."},
     age},
    {{"node.load", 1, 4, PM_TYPE_DOUBLE, kNodes, PM_SEM_INSTANT, kNoUnit,
      "load of the node in standard CPUs",
      "As mosix.self.load at that node, as last heard from it."},
     fresh<&Node::load>},
    {{"node.speed", 1, 5, PM_TYPE_DOUBLE, kNodes, PM_SEM_DISCRETE, kNoUnit,
      "speed of one CPU of the node", "As mosix.self.speed at that node."},
     fresh<&Node::speed>},
    {{"node.cpus", 1, 6, PM_TYPE_U32, kNodes, PM_SEM_DISCRETE, kNoUnit,
      "CPUs of the node", "As mosix.self.cpus at that node."},
     fresh<&Node::cpus>},
    {{"node.util", 1, 7, PM_TYPE_DOUBLE, kNodes, PM_SEM_INSTANT, kNoUnit,
      "CPU time of the node in use, percent",
      "As mosix.self.util at that node."},
     fresh<&Node::util>},
    {{"node.mem.total", 1, 8, PM_TYPE_U64, kNodes, PM_SEM_DISCRETE, kBytes,
      "memory of the node", "As mosix.self.mem.total at that node."},
     fresh<&Node::mem_total>},
    {{"node.mem.free", 1, 9, PM_TYPE_U64, kNodes, PM_SEM_INSTANT, kBytes,
      "free memory of the node", "As mosix.self.mem.free at that node."},
     fresh<&Node::mem_free>},
    {{"node.guests", 1, 10, PM_TYPE_U32, kNodes, PM_SEM_INSTANT, kNoUnit,
      "foreign processes that run at the node",
      "As mosix.self.guests at that node."},
     fresh<&Node::guests>},
    {{"node.threshold", 1, 11, PM_TYPE_DOUBLE, kNodes, PM_SEM_DISCRETE, kNoUnit,
      "difference of loads that makes the node act",
      "As mosix.self.threshold at that node."},
     fresh<&Node::threshold>},
    {{"node.share", 1, 12, PM_TYPE_DOUBLE, kNodes, PM_SEM_DISCRETE, kNoUnit,
      "the node's share of the work, as a weight",
      "As mosix.self.share at that node."},
     fresh<&Node::share>},
};

}  // namespace

std::span<const Metric> node_metrics() {
  return kMetrics;
}

}  // namespace mosix
