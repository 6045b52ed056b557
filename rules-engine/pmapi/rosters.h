// Which instances a value set has, by number and name. Names are asked for only
// when an instance is new.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include <pcp/pmapi.h>

#include "eval/snapshot.h"
#include "pmapi/instance_names.h"

namespace balance {

/// The instances of one value set: as they stand in it, and as a roster, which
/// leaves out those that have no name.
struct Layout {
  std::vector<int> recorded;
  /// Where each instance of the roster stands in `recorded`; if empty: beside
  /// it, or the roster is empty.
  std::vector<std::uint32_t> order;
  std::shared_ptr<const Roster> roster;
};

/// The instance domains of one context. All calls need it to be the current
/// one; in an archive, names are those at its position.
class Rosters {
 public:
  enum class Kind { live, archive };

  explicit Rosters(Kind kind) : kind_(kind) {}

  /// Makes `layout` that of `set`, a set with values of a metric with
  /// instances in `domain`: the same object while the instances are the same,
  /// and that of another metric of the domain if that has them.
  void follow(pmInDom domain, const pmValueSet& set,
              std::shared_ptr<const Layout>& layout);
  /// The layout of a metric without instance domain.
  static const std::shared_ptr<const Layout>& single();

 private:
  struct Domain {
    InstanceNames names;
    std::shared_ptr<const Layout> newest;
  };

  std::shared_ptr<const Layout> make(pmInDom id, InstanceNames& known,
                                     const pmValueSet& set,
                                     const Layout* before) const;
  std::vector<std::string> names(pmInDom id, InstanceNames& known,
                                 const std::vector<int>& instances,
                                 const Roster& before) const;

  Kind kind_;
  std::unordered_map<pmInDom, Domain> domains_;
};

}  // namespace balance
