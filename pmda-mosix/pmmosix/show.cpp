#include "pmmosix/show.h"

#include <algorithm>

#include <fmt/format.h>

#include "api/snapshot.h"
#include "pmmosix/table.h"

namespace mosix {
namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string node_text(const Snapshot& snapshot, int node) {
  return node == snapshot.self.id ? "here" : std::to_string(node);
}

std::string seconds_text(double seconds) {
  return fmt::format("{:.2f}s", seconds);
}

std::string ms_text(std::uint64_t ms) {
  return seconds_text(static_cast<double>(ms) / 1000);
}

std::string cpu_text(std::uint64_t ms) {
  const auto seconds = ms / 1000;
  return fmt::format("{}:{:02}.{:02}", seconds / 60, seconds % 60,
                     ms % 1000 / 10);
}

/// What stands in the way of a move, shortest first: one word.
std::string movable_text(const Process& process) {
  if (process.stale) return "?";
  if (!process.cantmove.empty()) return process.cantmove;
  if (process.lock) return "locked";
  return process.migratable ? "yes" : "moving";
}

std::vector<std::string> process_row(const Snapshot& snapshot,
                                     const Process& process) {
  const bool known = !process.stale;
  return {std::to_string(process.pid),
          node_text(snapshot, process.where),
          node_text(snapshot, process.home),
          std::to_string(process.nmigs),
          known ? cpu_text(process.cpu_ms) : "?",
          known ? bytes_text(process.rss) : "?",
          process.job,
          movable_text(process),
          process.command};
}

std::vector<std::string> node_row(const Snapshot& snapshot, const Node& node) {
  std::vector<std::string> row{
      std::to_string(node.id), node.host,
      node.id == snapshot.self.id ? "here" : (node.up ? "up" : "down")};
  if (!node.fresh()) {
    row.insert(row.end(), 8, "?");
  } else {
    for (const std::string& cell :
         {fmt::format("{:.2f}", node.load), fmt::format("{:.2f}", node.speed),
          std::to_string(node.cpus), fmt::format("{:.0f}%", node.util),
          bytes_text(node.mem_free), bytes_text(node.mem_total),
          std::to_string(node.guests), std::string(node.block ? "yes" : "no")})
      row.push_back(cell);
  }
  row.push_back(node.age_s < 0 ? "never" : fmt::format("{:.0f}s", node.age_s));
  return row;
}

std::string id_text(int node) {
  return node > 0 ? std::to_string(node) : "-";
}

}  // namespace

std::string show_processes(const Snapshot& snapshot) {
  Rows rows;
  for (const Process& process : snapshot.processes)
    rows.push_back(process_row(snapshot, process));
  return table({{"PID", true},
                {"WHERE"},
                {"HOME"},
                {"NMIGS", true},
                {"TIME", true},
                {"RSS", true},
                {"JOB"},
                {"MOVABLE"},
                {"COMMAND"}},
               rows);
}

std::string show_nodes(const Snapshot& snapshot) {
  Rows rows;
  for (const Node& node : snapshot.nodes)
    rows.push_back(node_row(snapshot, node));
  return table({{"NODE", true},
                {"HOST"},
                {"STATE"},
                {"LOAD", true},
                {"SPEED", true},
                {"CPUS", true},
                {"UTIL", true},
                {"FREE", true},
                {"MEMORY", true},
                {"GUESTS", true},
                {"BLOCK"},
                {"AGE", true}},
               rows);
}

std::string show_requests(const Snapshot& snapshot, std::size_t count) {
  Rows rows;
  const auto& all = snapshot.requests;
  for (std::size_t i = all.size() - std::min(count, all.size()); i < all.size();
       ++i) {
    const Request& request = all[i];
    rows.push_back({std::to_string(request.seq), request.job,
                    id_text(request.from), id_text(request.to),
                    std::string(to_string(request.state)),
                    bytes_text(request.bytes), ms_text(request.frozen_ms),
                    ms_text(request.total_ms), request.by, request.reason});
  }
  return table({{"SEQ", true},
                {"JOB"},
                {"FROM", true},
                {"TO", true},
                {"STATE"},
                {"BYTES", true},
                {"FROZEN", true},
                {"TOTAL", true},
                {"BY"},
                {"REASON"}},
               rows);
}

std::string show_status(const Snapshot& snapshot) {
  const Node& self = snapshot.self;
  const auto yes = [](bool on) { return on ? "yes" : "no"; };
  std::string text = fmt::format("node:        {} ({})\n", self.id, self.host);
  text += fmt::format("driver:      {}\n", snapshot.driver);
  text += fmt::format(
      "migrations:  {}{}\n", snapshot.enabled ? "on" : "off",
      snapshot.enabled_by.empty() ? "" : ", set by " + snapshot.enabled_by);
  text += fmt::format("load:        {:.2f} on {} CPUs of speed {:.2f}\n",
                      self.load, self.cpus, self.speed);
  text += fmt::format("processes:   {} managed, {} guests\n",
                      snapshot.processes.size(), self.guests);
  text += fmt::format("block: {}  stay: {}  lstay: {}  quiet: {}\n",
                      yes(snapshot.admin.block), yes(snapshot.admin.stay),
                      yes(snapshot.admin.lstay), yes(snapshot.admin.quiet));
  const MigrationCounters& moves = snapshot.migrations;
  text += fmt::format("moves:       {} asked, {} done, {} refused, {} failed\n",
                      moves.asked, moves.done, moves.refused, moves.failed);
  for (const Lease& lease : snapshot.leases)
    text += fmt::format("engine:      {} acts on {} since {}\n",
                        engine_text(lease), lease.rules, since_text(lease));
  return text;
}

std::string show_json(const Snapshot& snapshot, const std::string& part) {
  Message message = to_message(snapshot);
  message.erase("op");
  const Message& shown = part.empty() ? message : message.at(part);
  return shown.dump(2, ' ', false, Message::error_handler_t::replace) + "\n";
}

std::string outcome(const Request& request) {
  switch (request.state) {
    case RequestState::done:
      return fmt::format("moved to node {}: {} in {}, frozen for {}",
                         request.to, bytes_text(request.bytes),
                         ms_text(request.total_ms), ms_text(request.frozen_ms));
    case RequestState::refused:
      return "refused: " + request.reason;
    case RequestState::failed:
      return "rolled back: " + request.reason;
    default:
      return fmt::format("waiting: {}{}{}", to_string(request.state),
                         request.reason.empty() ? "" : ": ", request.reason);
  }
}

}  // namespace mosix
