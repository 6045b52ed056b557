#include "agent/instance_table.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

namespace agent {

bool InstanceTable::add(int id, std::string name, std::size_t row) {
  if (id < 0 || !rows_.emplace(id, row).second) return false;
  names_.push_back(std::move(name));
  ids_.push_back({id, names_.back().data()});
  return true;
}

void InstanceTable::clear() {
  ids_.clear();
  names_.clear();
  rows_.clear();
}

std::optional<std::size_t> InstanceTable::row_of(int id) const {
  const auto found = rows_.find(id);
  if (found == rows_.end()) return std::nullopt;
  return found->second;
}

void InstanceTable::publish(pmdaIndom& indom) {
  indom.it_set = ids_.data();
  indom.it_numinst = static_cast<int>(ids_.size());
}

std::string process_name(int pid, const std::string& command) {
  std::string name = fmt::format("{:06} {}", pid, command);
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return std::iscntrl(c); },
      '?');
  return name;
}

}  // namespace agent
