// The control group and the container of a process, for its labels.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "bpf/record.h"

namespace netstat {

struct CgroupName {
  std::string path;       ///< "/system.slice/sshd.service"; "": not known
  std::string container;  ///< its id of 64 hexadecimal digits; "": none
};

/// From the text of /proc/PID/cgroup: the unified hierarchy's line, or if that
/// says nothing the first one that does.
CgroupName parse_cgroup(std::string_view text);

/// Read once for each process, when first asked for.
class CgroupNames {
 public:
  explicit CgroupNames(std::string proc = "/proc") : proc_(std::move(proc)) {}

  /// Holds until the next call.
  const CgroupName& of(const netstat_process& process);

 private:
  struct Entry {
    std::uint64_t start_ticks;
    CgroupName name;
  };

  std::string proc_;
  std::unordered_map<std::uint32_t, Entry> names_;  ///< by pid
};

}  // namespace netstat
