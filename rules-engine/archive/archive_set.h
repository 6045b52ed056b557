// The archives of a replay: which hosts they are of, when they begin and end.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace balance {

/// One host's archive or archives, as one context reads them.
struct ArchiveInfo {
  std::string name;  ///< as pmNewContext takes it: one, or several with commas
  std::string host;  ///< of the label
  std::string zone;  ///< of the label, as TZ takes it
  double begin_s = 0;
  double end_s = 0;
};

class ArchiveSet {
 public:
  /// Of the arguments of -a. A comma separates archives; those of one host
  /// become one entry, whichever argument they stand in. Folders are as
  /// pmNewContext(3) takes them. Errors name the archive.
  static base::Result<ArchiveSet> open(const std::vector<std::string>& names);

  const std::vector<ArchiveInfo>& archives() const { return archives_; }
  /// By the host's name as rules write it ("": the first archive's host): the
  /// label's name, or equal up to the first dot. Nothing: no archive of it.
  std::optional<std::size_t> find(std::string_view host) const;
  double begin_s() const;  ///< the earliest
  double end_s() const;    ///< the latest

 private:
  std::vector<ArchiveInfo> archives_;
};

}  // namespace balance
