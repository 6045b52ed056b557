// The instances of one domain, with ids of our own choice. (pmdaCache chooses
// ids itself, and so cannot make the id of a process its pid.)
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include <pcp/pmapi.h>
#include <pcp/pmda.h>

namespace agent {

/// Kept in the order of ids. Entering them in that order is cheap, and so is
/// asking for one after the other.
class InstanceTable {
 public:
  /// Enters an instance whose values are found at `row`. False, and nothing is
  /// entered, if the id is taken or negative.
  bool add(int id, std::string name, std::size_t row);
  /// The same with a name that lives elsewhere, at least until clear().
  bool add_borrowed(int id, const char* name, std::size_t row);
  void clear();

  std::optional<std::size_t> row_of(int id) const;
  std::size_t size() const { return ids_.size(); }

  /// Lets `indom` show the instances; holds until the next add() or clear().
  void publish(pmdaIndom& indom);

 private:
  std::size_t position_of(int id) const;

  std::vector<pmdaInstid> ids_;
  std::vector<std::size_t> rows_;  ///< of ids_
  std::deque<std::string> names_;  ///< own ones, that ids_ points to
  mutable std::size_t next_ = 0;   ///< where the next question is expected
};

}  // namespace agent
