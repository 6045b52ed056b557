#include "mosixd/nodes.h"

namespace mosix {

NodeTable::NodeTable(const std::vector<NodeEntry>& entries, int self)
    : self_(self) {
  for (const NodeEntry& entry : entries) {
    Row& row = rows_[entry.id];
    row.node.id = entry.id;
    row.node.host = entry.host;
  }
}

void NodeTable::heard(int id, Node record, std::int64_t now_ms) {
  Row& row = rows_.at(id);
  record.id = id;  // the names are ours, not the other side's word
  record.host = row.node.host;
  row.node = std::move(record);
  row.heard_ms = now_ms;
}

void NodeTable::link(int id, bool up) {
  rows_.at(id).link_up = up;
}

bool NodeTable::up(int id, std::int64_t now_ms) const {
  if (id == self_) return true;
  const Row& row = rows_.at(id);
  return row.link_up && row.heard_ms >= 0 &&
         now_ms - row.heard_ms <= kSilence_ms;
}

Node NodeTable::row(int id, std::int64_t now_ms) const {
  const Row& row = rows_.at(id);
  Node node = row.node;
  node.up = up(id, now_ms);
  if (id == self_)
    node.age_s = 0;
  else
    node.age_s = row.heard_ms < 0
                     ? -1
                     : static_cast<double>(now_ms - row.heard_ms) / 1000;
  return node;
}

std::vector<Node> NodeTable::all(std::int64_t now_ms) const {
  std::vector<Node> nodes;
  nodes.reserve(rows_.size());
  for (const auto& [id, row_of_id] : rows_) nodes.push_back(row(id, now_ms));
  return nodes;
}

int NodeTable::best(std::int64_t now_ms) const {
  // One more busy process adds 1 / (cpus * speed) to a node's load; 1.3 of it
  // counts, MOSIX's margin against sending a process to and fro.
  constexpr double kMargin = 1.3;
  int best = 0;
  double least = rows_.at(self_).node.load;
  for (const auto& [id, row] : rows_) {
    const Node& node = row.node;
    if (id == self_ || !up(id, now_ms) || node.block || node.cpus == 0)
      continue;
    const double there = node.load + kMargin / (node.cpus * node.speed);
    if (there >= least) continue;
    least = there;
    best = id;
  }
  return best;
}

}  // namespace mosix
