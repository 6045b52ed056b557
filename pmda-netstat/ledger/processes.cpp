#include "ledger/processes.h"

#include <cstring>
#include <utility>

#include "ledger/names.h"

namespace netstat {

Process& Processes::add(const netstat_process& process) {
  auto row = std::make_unique<Process>();
  row->process = process;
  row->name = process_name(process);
  page_.rates.born(row->intensity, row->flow);
  shelf_.add(*row);
  ++page_.generation;
  return *(by_pid_[process.pid] = std::move(row));
}

void Processes::retire(std::uint32_t pid) {
  const auto at = by_pid_.find(pid);
  if (at == by_pid_.end()) return;
  auto row = std::move(at.value());
  by_pid_.erase(at);
  if (row->watched) liveness_.unwatch(static_cast<pid_t>(pid));
  shelf_.leave(std::move(row));
  ++page_.generation;
}

void Processes::change(Process& row, const netstat_process& process) {
  row.process = process;
  auto name = process_name(process);
  if (name == row.name) return;
  row.name = std::move(name);
  ++page_.generation;
}

Process& Processes::seen(const netstat_process& process) {
  auto* row = find(process);
  if (row == nullptr) {
    retire(process.pid);  // if the pid was another's
    row = &add(process);
  } else if (std::memcmp(&row->process, &process, sizeof process) != 0) {
    change(*row, process);
  }
  row->seen = page_.number;
  if (std::exchange(row->watched, false))
    liveness_.unwatch(static_cast<pid_t>(process.pid));
  return *row;
}

Process* Processes::told(const netstat_process& process) {
  const auto at = by_pid_.find(process.pid);
  if (at != by_pid_.end()) {
    if (at->second->is(process)) return at->second.get();
    if (at->second->process.start_ticks > process.start_ticks) return nullptr;
    retire(process.pid);  // its pid was given to another
  }
  if (!liveness_.watch(static_cast<pid_t>(process.pid), process.start_ticks))
    return nullptr;
  auto& row = add(process);
  row.watched = true;
  return &row;
}

Process* Processes::find(const netstat_process& process) {
  const auto at = by_pid_.find(process.pid);
  if (at == by_pid_.end() || !at->second->is(process)) return nullptr;
  return at->second.get();
}

bool Processes::lives(Process& row) {
  if (row.seen == page_.number || row.watched) return true;
  row.watched = liveness_.watch(static_cast<pid_t>(row.process.pid),
                                row.process.start_ticks);
  return row.watched;
}

void Processes::close_page() {
  std::vector<std::uint32_t> ended;
  shelf_.each([&](Process& row) {
    if (row.gone) return;
    if (lives(row))
      page_.rates.step(row.intensity, row.flow, true);
    else
      ended.push_back(row.process.pid);
  });
  for (const auto pid : ended) retire(pid);
  bury();
}

void Processes::bury() {
  for (const auto pid : liveness_.ended()) {
    const auto at = by_pid_.find(static_cast<std::uint32_t>(pid));
    if (at == by_pid_.end()) continue;
    at.value()->watched = false;
    retire(at->first);
  }
}

}  // namespace netstat
