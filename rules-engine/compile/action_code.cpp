#include "compile/action_code.h"

#include <algorithm>
#include <utility>

#include "check/constants.h"

namespace balance {
namespace {

Action::Kind kind_of(lang::Keyword keyword) {
  switch (keyword) {
    case lang::Keyword::shell:
      return Action::Kind::shell;
    case lang::Keyword::alarm:
      return Action::Kind::alarm;
    case lang::Keyword::syslog:
      return Action::Kind::syslog;
    case lang::Keyword::print:
      return Action::Kind::print;
    case lang::Keyword::stomp:
      return Action::Kind::stomp;
  }
  return Action::Kind::print;
}

Order order_of(const check::BoundClause& bound) {
  switch (bound.clause->order) {
    case lang::Order::min:
      return Order::lowest;
    case lang::Order::max:
      return Order::highest;
    case lang::Order::none:
      break;
  }
  return bound.spec->operand == check::OperandKind::column ? Order::highest
                                                           : Order::none;
}

/// Adds those that are not there.
void add_hosts(check::Checked& checked, const std::vector<lang::Name>& names,
               std::vector<HostId>& hosts) {
  for (const lang::Name& name : names) {
    const HostId host = checked.intern(name.text);
    if (std::find(hosts.begin(), hosts.end(), host) == hosts.end())
      hosts.push_back(host);
  }
}

Clause* find(std::vector<Clause>& clauses, std::string_view word) {
  const auto found =
      std::find_if(clauses.begin(), clauses.end(),
                   [&](const Clause& one) { return one.word == word; });
  return found == clauses.end() ? nullptr : &*found;
}

}  // namespace

ActionCode::ActionCode(Program& program, check::Checked& checked,
                       ColumnCode& columns, const check::CheckedFile& file,
                       std::uint32_t& next_id)
    : checked_(checked),
      columns_(columns),
      file_(file),
      next_id_(next_id),
      operands_(program, checked, columns) {}

Action ActionCode::action(lang::ActionId id, const ConditionHosts& condition) {
  const lang::Action& written = file_.file->action(id);
  const std::uint32_t own = next_id_++;
  Action out;
  if (const auto* text = std::get_if<lang::TextAction>(&written.node))
    out = text_action(*text);
  else if (const auto* chained = std::get_if<lang::ActionChain>(&written.node))
    out = chain(*chained, condition);
  else
    out = plugin_action(id, std::get<lang::PluginAction>(written.node),
                        condition);
  // An inner part of a chain already has its own.
  out.id = own;
  out.origin = origin_of(written.span);
  return out;
}

double ActionCode::seconds(const std::optional<lang::ExprId>& id) const {
  return id ? file_.facts_of(*id).constant->value : 0;
}

Action ActionCode::text_action(const lang::TextAction& node) {
  Action out;
  out.kind = kind_of(node.keyword);
  out.hold_off_s = seconds(node.hold_off);
  for (const lang::Name& text : node.strings) out.strings.push_back(text.text);
  return out;
}

/// `a & b | c` is read from the left: (a & b) | c.
Action ActionCode::chain(const lang::ActionChain& node,
                         const ConditionHosts& condition) {
  Action left = action(node.parts.front(), condition);
  for (std::size_t i = 0; i < node.links.size(); ++i) {
    Action out;
    out.kind = node.links[i] == lang::Link::both ? Action::Kind::both
                                                 : Action::Kind::either;
    out.id = next_id_++;
    out.origin = left.origin;
    out.parts.push_back(std::move(left));
    out.parts.push_back(action(node.parts[i + 1], condition));
    left = std::move(out);
  }
  return left;
}

Action ActionCode::plugin_action(lang::ActionId id,
                                 const lang::PluginAction& node,
                                 const ConditionHosts& condition) {
  Action out;
  out.kind = Action::Kind::plugin;
  out.word = node.word.text;
  out.hold_off_s = seconds(node.hold_off);
  const Bound& bound = file_.clauses.at(id);
  out.clauses = below(bound, check::BoundClause::kNoParent);
  if (!condition.single) return out;
  add_source_hosts(bound, out.clauses);
  Clause* to = find(out.clauses, "to");
  const bool open = to != nullptr && to->name.empty() && to->hosts.empty() &&
                    to->table == kNoSlot && find(to->sub, "among") == nullptr;
  // A condition for each host has its own hosts when it runs.
  if (open) to->hosts = condition.written;
  return out;
}

std::vector<Clause> ActionCode::below(const Bound& all, std::size_t parent) {
  std::vector<Clause> out;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i].parent == parent) out.push_back(clause(all, i));
  return out;
}

Clause ActionCode::clause(const Bound& all, std::size_t at) {
  const check::BoundClause& bound = all[at];
  Clause out;
  out.word = bound.spec->word;
  out.order = order_of(bound);
  out.origin = origin_of(bound.clause->span);
  if (const auto* list = std::get_if<lang::HostList>(&bound.clause->operand))
    out.hosts = hosts_of(list->hosts);
  else
    operand(bound, out);
  out.sub = below(all, at);
  return out;
}

void ActionCode::operand(const check::BoundClause& bound, Clause& out) {
  const Node node{&file_, std::get<lang::ExprId>(bound.clause->operand)};
  switch (bound.spec->operand) {
    case check::OperandKind::place:
      return place(bound, node, out);
    case check::OperandKind::boolean:
      return conditions(node, out);
    case check::OperandKind::hosts:
      out.table = columns_.column(node, Use::clause);
      return;
    case check::OperandKind::word:
      out.name = std::get<lang::Fetch>(node.expression().node).metric.text;
      return;
    case check::OperandKind::rate: {
      // `4 / min`: four in any minute, not one in each 15 seconds.
      const auto& rate = node.facts().constant;
      const bool per_time = rate && check::is_per_time(*rate);
      if (per_time) out.per_s = rate->written / rate->value;
      out.operands.push_back(per_time ? operands_.number(node, rate->written)
                                      : operands_.operand(node));
      return;
    }
    default:
      out.operands.push_back(operands_.operand(node));
  }
}

void ActionCode::place(const check::BoundClause& bound, const Node& node,
                       Clause& out) {
  const auto* fetch = std::get_if<lang::Fetch>(&node.expression().node);
  if (check::is_short_place(*file_.file, bound)) {
    out.hosts = hosts_of(fetch->hosts);
    if (out.hosts.empty()) out.table = columns_.column(node, Use::clause);
    out.operands.push_back(operands_.operand(node, Side::target));
  } else if (fetch != nullptr && fetch->is_word()) {
    out.name = fetch->metric.text;
  } else {
    out.operands.push_back(operands_.operand(node));
  }
}

/// Each operand of an outermost `&&` by itself, so that it can be said which
/// one does not hold.
void ActionCode::conditions(const Node& node, Clause& out) {
  const auto* logic = std::get_if<lang::Logic>(&node.expression().node);
  if (logic == nullptr || logic->op != lang::LogicOp::both) {
    out.operands.push_back(operands_.operand(node));
    return;
  }
  for (const lang::ExprId id : logic->operands) conditions(node.at(id), out);
}

void ActionCode::add_source_hosts(const Bound& all,
                                  std::vector<Clause>& clauses) {
  Clause* pick = find(clauses, "pick");
  if (pick == nullptr || find(pick->sub, "from") != nullptr) return;
  Clause from;
  from.word = "from";
  from.origin = pick->origin;
  from.hosts = source_hosts(checked_, file_, all);
  if (from.hosts.empty()) from.hosts = {0};
  pick->sub.push_back(std::move(from));
}

std::vector<HostId> ActionCode::hosts_of(const std::vector<lang::Name>& names) {
  std::vector<HostId> out;
  add_hosts(checked_, names, out);
  return out;
}

std::vector<HostId> source_hosts(check::Checked& checked,
                                 const check::CheckedFile& file,
                                 const std::vector<check::BoundClause>& all) {
  std::vector<HostId> out;
  for (const check::BoundClause& bound : all) {
    if (bound.spec->parent != "pick") continue;
    if (const auto* from = std::get_if<lang::HostList>(&bound.clause->operand))
      add_hosts(checked, from->hosts, out);
    else if (bound.spec->word == "by")
      check::add_written_hosts(
          checked, file, std::get<lang::ExprId>(bound.clause->operand), out);
  }
  return out;
}

void add_action_hosts(check::Checked& checked, const check::CheckedFile& file,
                      lang::ActionId id, std::vector<HostId>& hosts) {
  const auto* plugin =
      std::get_if<lang::PluginAction>(&file.file->action(id).node);
  if (plugin == nullptr) return;
  for (const lang::Clause& clause : plugin->clauses) {
    if (const auto* operand = std::get_if<lang::ExprId>(&clause.operand))
      check::add_written_hosts(checked, file, *operand, hosts);
    else
      add_hosts(checked, std::get<lang::HostList>(clause.operand).hosts, hosts);
  }
}

}  // namespace balance
