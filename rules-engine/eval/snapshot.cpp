#include "eval/snapshot.h"

#include <algorithm>

namespace balance {

std::optional<std::size_t> Roster::position(int instance) const {
  const auto at =
      std::lower_bound(instances.begin(), instances.end(), instance);
  if (at == instances.end() || *at != instance) return std::nullopt;
  return static_cast<std::size_t>(at - instances.begin());
}

const std::shared_ptr<const Roster>& Roster::single() {
  static const auto roster =
      std::make_shared<const Roster>(Roster{{kNoInstance}, {""}});
  return roster;
}

double Sample::number(std::size_t position) const {
  switch (kind) {
    case Kind::numbers:
      return numbers[position];
    case Kind::naturals:
      return static_cast<double>(naturals[position]);
    case Kind::integers:
      return static_cast<double>(integers[position]);
    case Kind::texts:
      break;
  }
  return no_number();
}

FeedId Feeds::add(const std::string& metric, HostId host) {
  return ids_.emplace(std::pair{metric, host}, static_cast<FeedId>(ids_.size()))
      .first->second;
}

std::optional<FeedId> Feeds::find(const std::string& metric,
                                  HostId host) const {
  const auto found = ids_.find({metric, host});
  if (found == ids_.end()) return std::nullopt;
  return found->second;
}

}  // namespace balance
