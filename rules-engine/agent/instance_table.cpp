#include "agent/instance_table.h"

#include <algorithm>

namespace agent {

std::size_t InstanceTable::position_of(int id) const {
  if (ids_.empty() || ids_.back().i_inst < id) return ids_.size();
  const auto at = std::lower_bound(ids_.begin(), ids_.end(), id,
                                   [](const pmdaInstid& entry, int wanted) {
                                     return entry.i_inst < wanted;
                                   });
  return static_cast<std::size_t>(at - ids_.begin());
}

bool InstanceTable::add_borrowed(int id, const char* name, std::size_t row) {
  if (id < 0) return false;
  const std::size_t at = position_of(id);
  if (at < ids_.size() && ids_[at].i_inst == id) return false;
  const auto offset = static_cast<std::ptrdiff_t>(at);
  // libpcp_pmda does not write to names.
  ids_.insert(ids_.begin() + offset, {id, const_cast<char*>(name)});
  rows_.insert(rows_.begin() + offset, row);
  return true;
}

bool InstanceTable::add(int id, std::string name, std::size_t row) {
  names_.push_back(std::move(name));
  if (add_borrowed(id, names_.back().c_str(), row)) return true;
  names_.pop_back();
  return false;
}

void InstanceTable::clear() {
  ids_.clear();
  rows_.clear();
  names_.clear();
  next_ = 0;
}

std::optional<std::size_t> InstanceTable::row_of(int id) const {
  // libpcp_pmda asks for one instance after the other.
  const bool expected = next_ < ids_.size() && ids_[next_].i_inst == id;
  const std::size_t at = expected ? next_ : position_of(id);
  if (at == ids_.size() || ids_[at].i_inst != id) return std::nullopt;
  next_ = at + 1 == ids_.size() ? 0 : at + 1;
  return rows_[at];
}

void InstanceTable::publish(pmdaIndom& indom) {
  indom.it_set = ids_.data();
  indom.it_numinst = static_cast<int>(ids_.size());
}

}  // namespace agent
