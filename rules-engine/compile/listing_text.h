// Pieces of a listing, some of which are known only when it is shown.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace balance {

/// Text, a host, or the instances of a metric.
struct ListingPart {
  enum class Kind { text, host, instances };
  Kind kind = Kind::text;
  std::string text;  ///< of instances: the metric that has them
  std::string host;  ///< as written; "": the default host
};
using ListingParts = std::vector<ListingPart>;

/// What the hosts are like when a listing is shown.
struct ListingWorld {
  /// The name of a host; "": it is not known.
  std::function<std::string(const std::string& host)> host_name;
  std::function<std::vector<std::string>(const std::string& metric,
                                         const std::string& host)>
      instances;
};
std::string listing_text(const ListingParts& parts, const ListingWorld& world);

/// In quotes if there are blanks or quotes in it.
std::string listing_name(const std::string& name);

}  // namespace balance
