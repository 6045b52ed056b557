// The node table: the own record, measured here, and those of the others, as
// they were last heard.
#pragma once

#include <map>
#include <vector>

#include "api/api.h"
#include "mosixd/config.h"

namespace mosix {

class NodeTable {
 public:
  NodeTable(const std::vector<NodeEntry>& entries, int self);

  int self_id() const { return self_; }
  Node& self() { return rows_.at(self_).node; }
  bool knows(int id) const { return rows_.count(id) != 0; }
  const std::string& host(int id) const { return rows_.at(id).node.host; }

  /// A record arrived from this node.
  void heard(int id, Node record, std::int64_t now_ms);
  /// The channel to it came up or went down.
  void link(int id, bool up);
  bool link_up(int id) const { return id == self_ || rows_.at(id).link_up; }

  /// A node is up when we reach it and it has been heard of lately.
  bool up(int id, std::int64_t now_ms) const;
  Node row(int id, std::int64_t now_ms) const;
  std::vector<Node> all(std::int64_t now_ms) const;

  /// The node on which one more process would be served best, if that is
  /// better than here; 0 if there is none.
  int best(std::int64_t now_ms) const;

 private:
  static constexpr std::int64_t kSilence_ms = 5000;

  struct Row {
    Node node;
    std::int64_t heard_ms = -1;
    bool link_up = false;
  };
  int self_;
  std::map<int, Row> rows_;
};

}  // namespace mosix
