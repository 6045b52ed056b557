#include "engine/calls.h"

namespace balance {
namespace {

/// As the interface of plugins has it.
int target_node(const Target& target) {
  if (target.kind == Target::Kind::best) return PMB_NODE_BEST;
  if (target.kind == Target::Kind::home) return PMB_NODE_HOME;
  return target.node.value_or(PMB_NODE_UNKNOWN);
}

}  // namespace

Needs needs_of(const pmb_action& table) {
  Needs out;
  for (std::size_t i = 0; i < table.n_needs; ++i) {
    const pmb_need& need = table.needs[i];
    switch (need.what) {
      case PMB_NEED_JOB:
        out.job = need.metric;
        break;
      case PMB_NEED_HOME:
        out.home = need.metric;
        break;
      case PMB_NEED_WHERE:
        out.where = need.metric;
        break;
      case PMB_NEED_USER:
        out.user = need.metric;
        break;
      case PMB_NEED_NODE:
        out.node = need.metric;
        break;
      case PMB_NEED_ROW:
        out.row = need.metric;
        break;
      case PMB_NEED_MOVES:
        out.moves = need.metric;
        break;
    }
  }
  return out;
}

Call make_call(const Decision& decision) {
  const Candidate& candidate = decision.candidate;
  Call out;
  out.move = decision.move;
  out.word = decision.word;
  out.rule = decision.rule;
  out.job = candidate.job;
  out.pid = candidate.key.instance;
  out.process = candidate.name;
  out.source_host = decision.source;
  out.source_node = candidate.runs_on_node.value_or(PMB_NODE_UNKNOWN);
  out.target_host = decision.target_name;
  out.target_node = target_node(decision.target);
  for (const auto& [word, value] : decision.extra) {
    const bool known = value.type == Type::truth && value.truth != Tri::unknown;
    const int truth = known ? value.truth == Tri::yes : -1;
    out.extra.push_back({word, value.number, truth, value.text.value_or("")});
  }
  return out;
}

}  // namespace balance
