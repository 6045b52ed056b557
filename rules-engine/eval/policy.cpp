#include "eval/policy.h"

#include <limits>
#include <string_view>

#include "program/actions.h"

namespace balance {
namespace {

const Operand* operand(const Clause& clause) {
  return clause.operands.empty() ? nullptr : &clause.operands.front();
}

void add_where(const Clause& clause, std::vector<const Operand*>& out) {
  for (const Operand& each : clause.operands) out.push_back(&each);
}

Each each_of(std::string_view name) {
  if (name == "source") return Each::source;
  if (name == "target") return Each::target;
  if (name == "process") return Each::process;
  if (name == "user") return Each::user;
  if (name == "cluster") return Each::cluster;
  return Each::rule;
}

Policy::Limit make_limit(const Clause& clause) {
  Policy::Limit out;
  out.count = operand(clause);
  out.per_s = clause.per_s;
  out.text = clause.word;
  if (out.count != nullptr) out.text += ' ' + out.count->origin.text;
  for (const Clause& sub : clause.sub) {
    if (sub.word == "per") out.per = operand(sub);
    if (sub.word == "each") {
      out.each = each_of(sub.name);
      out.text += " each " + sub.name;
    }
  }
  return out;
}

Policy::Shift make_shift(const Clause& clause) {
  Policy::Shift out;
  out.metric = operand(clause);
  for (const Clause& sub : clause.sub)
    if (sub.word == "by") out.by = operand(sub);
  return out;
}

void read_pick(const Clause& pick, Policy& out) {
  out.pick = operand(pick);
  for (const Clause& sub : pick.sub) {
    if (sub.word == "by") {
      out.by = operand(sub);
      out.lowest = sub.order == Order::lowest;
    } else if (sub.word == "from") {
      out.from = sub.hosts;
    } else if (sub.word == "skip") {
      out.skip = operand(sub);
    } else if (sub.word == "where") {
      add_where(sub, out.where);
    }
  }
}

void read_to(const Clause& to, Policy& out) {
  if (to.name == "home") out.place = Policy::Place::home;
  if (to.name == "best") out.place = Policy::Place::best;
  out.key = operand(to);
  out.key_highest = to.order != Order::lowest;
  out.among = to.hosts;
  out.table = to.table;
  for (const Clause& sub : to.sub) {
    if (sub.word == "among") {
      out.among = sub.hosts;
      out.table = sub.table;
    }
    if (sub.word == "within") out.within = operand(sub);
    if (sub.word == "where") add_where(sub, out.target_where);
  }
}

template <class Visit>
void for_each_plugin(const Program& program, const Visit& visit) {
  for_each_action(program, [&](const Action& action) {
    if (action.kind == Action::Kind::plugin) visit(action);
  });
}

void add_hosts(const std::vector<Clause>& clauses, std::set<HostId>& out) {
  for (const Clause& clause : clauses) {
    out.insert(clause.hosts.begin(), clause.hosts.end());
    add_hosts(clause.sub, out);
  }
}

}  // namespace

std::set<HostId> hosts_of_program(const Program& program) {
  std::set<HostId> out;
  for (const MetricUse& use : program.metrics)
    out.insert(use.hosts.begin(), use.hosts.end());
  for_each_plugin(
      program, [&](const Action& action) { add_hosts(action.clauses, out); });
  return out;
}

bool asks_rows(const Program& program) {
  bool out = false;
  for_each_plugin(program, [&](const Action& action) {
    out = out || make_policy(action).table != kNoSlot;
  });
  return out;
}

double longest_look_back_s(const Program& program) {
  double out = 0;
  const auto add = [&](const Operand* operand) {
    if (operand == nullptr) return;
    const Block& block = operand->code;
    const Instruction& first = program.code[block.first];
    const bool constant = block.count == 1 && first.op == Op::constant;
    out = std::max(
        out, constant ? first.number : std::numeric_limits<double>::infinity());
  };
  for_each_plugin(program, [&](const Action& action) {
    const Policy policy = make_policy(action);
    add(policy.cooldown);
    add(policy.retry);
    for (const Policy::Limit& limit : policy.limits) {
      out = std::max(out, limit.per_s);
      add(limit.per);
    }
  });
  return out;
}

Policy make_policy(const Action& action) {
  Policy out;
  // An action that says nothing of a node leaves it to the plugin.
  const auto says_where = [](const Clause& one) { return one.word == "to"; };
  if (std::none_of(action.clauses.begin(), action.clauses.end(), says_where))
    out.place = Policy::Place::best;
  for (const Clause& clause : action.clauses) {
    if (clause.word == "pick")
      read_pick(clause, out);
    else if (clause.word == "to")
      read_to(clause, out);
    else if (clause.word == "retry")
      out.retry = operand(clause);
    else if (clause.word == "cooldown")
      out.cooldown = operand(clause);
    else if (clause.word == "shift")
      out.shifts.push_back(make_shift(clause));
    else if (clause.word == "limit")
      out.limits.push_back(make_limit(clause));
    else if (clause.word == "inflight")
      out.inflight.push_back(make_limit(clause));
    else
      out.extra.push_back(&clause);
  }
  return out;
}

}  // namespace balance
