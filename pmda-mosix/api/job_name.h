// The identity of a job for life, the same at every node.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mosix {

/// HOMEID:HOMEPID:START.
struct JobName {
  int home = 0;                ///< node id
  int pid = 0;                 ///< of its first process, at home
  std::uint64_t start_ms = 0;  ///< of that process, since the epoch
};

/// Nothing if it is none: names come from outside.
std::optional<JobName> parse_job_name(std::string_view text);

}  // namespace mosix
