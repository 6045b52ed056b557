// The instances of one domain, with ids of our own choice. (pmdaCache chooses
// ids itself, and so cannot make the id of a process its pid.)
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <pcp/pmapi.h>
#include <pcp/pmda.h>

namespace agent {

class InstanceTable {
 public:
  /// Enters an instance whose values are found at `row`. False, and nothing is
  /// entered, if the id is taken or negative.
  bool add(int id, std::string name, std::size_t row);
  void clear();

  std::optional<std::size_t> row_of(int id) const;
  std::size_t size() const { return ids_.size(); }

  /// Lets `indom` show the instances; holds until the next add() or clear().
  void publish(pmdaIndom& indom);

 private:
  std::vector<pmdaInstid> ids_;
  std::deque<std::string> names_;  ///< what ids_ points to
  std::unordered_map<int, std::size_t> rows_;
};

/// `%06d COMMAND`: the name of a process, by whose first word the rows of
/// several agents join. Control characters in the command become `?`.
std::string process_name(int pid, const std::string& command);

}  // namespace agent
