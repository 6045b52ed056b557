// The names of an instance domain's instances, as far as they were asked for.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include <pcp/pmapi.h>

namespace balance {

/// Of one domain. What libpcp listed stays as it came: a domain of an archive
/// may have very many instances, of which few are alive at a time.
class InstanceNames {
 public:
  /// Null: not known.
  const char* find(int instance) const;
  /// The number may be given to somebody else.
  void forget(int instance);
  bool listed() const { return ids_ != nullptr; }

  /// Asks the current context for all names; false if it has none.
  bool list(pmInDom domain);
  /// Asks it for one; false if it has none.
  bool ask(pmInDom domain, int instance);

 private:
  struct Free {
    void operator()(void* block) const { std::free(block); }
  };
  /// Where `instance` was listed; `count_` if it was not.
  std::size_t position(int instance) const;

  std::unique_ptr<int[], Free> ids_;
  std::unique_ptr<char*[], Free> texts_;  ///< null: forgotten
  std::size_t count_ = 0;
  std::vector<std::uint32_t> order_;  ///< by ascending id; empty: as they stand
  std::unordered_map<int, std::string> asked_;  ///< beside the list
};

}  // namespace balance
