#include "pmda/view.h"

#include <algorithm>

namespace netstat {
namespace {

const ProcessRow* process_of(const ProcessRow& row) {
  return &row;
}
template <class Row>
const ProcessRow* process_of(const Row& row) {
  return row.owner;
}

int id_of(const ProcessRow& row) {
  return static_cast<int>(row.process.pid);
}
template <class Row>
int id_of(const Row& row) {
  return row.id;
}

}  // namespace

template <class Row>
std::span<const Row* const> Shown<Row>::choose(
    const Eyes& eyes, std::span<const Row* const> all) {
  if (eyes.all) return rows_ = all;
  own_.clear();
  std::copy_if(all.begin(), all.end(), std::back_inserter(own_),
               [&](const Row* row) { return eyes.see(process_of(*row)); });
  return rows_ = own_;
}

/// What a viewer of some rows sees may change while the ledger's rows do not: a
/// process may change its user.
template <class Row>
void Shown<Row>::enter(const Eyes& eyes, bool known,
                       agent::InstanceTable& table) {
  if (known && eyes.all) return;
  const auto same = [](int id, const Row* row) { return id == id_of(*row); };
  if (known &&
      std::equal(ids_.begin(), ids_.end(), rows_.begin(), rows_.end(), same))
    return;
  table.clear();
  ids_.clear();
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const Row& row = *rows_[i];
    table.add_borrowed(id_of(row), row.name.c_str(), i);
    if (!eyes.all) ids_.push_back(id_of(row));
  }
}

Rows Viewer::look(const Eyes& eyes, const Rows& all, std::uint64_t generation,
                  std::uint64_t version,
                  std::span<agent::InstanceTable> instances) {
  const bool same_eyes = last_ && last_->eyes == eyes;
  if (same_eyes && last_->version == version) return last_->rows;
  const bool known = same_eyes && last_->generation == generation;
  last_.reset();  // of no use, should the following throw
  const Rows rows{connections_.choose(eyes, all.connections),
                  processes_.choose(eyes, all.processes),
                  peers_.choose(eyes, all.peers)};
  connections_.enter(eyes, known, instances[kConnections]);
  processes_.enter(eyes, known, instances[kProcesses]);
  peers_.enter(eyes, known, instances[kPeers]);
  last_ = Last{eyes, generation, version, rows};
  return rows;
}

}  // namespace netstat
