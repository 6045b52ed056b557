// The network namespace of the calling thread.
#pragma once

#include <cstdint>

#include <sys/stat.h>

namespace netstat {

/// Its inode number, as the kernel's tools name it; 0: not known.
inline std::uint32_t own_net_namespace() {
  struct stat found;
  if (::stat("/proc/thread-self/ns/net", &found) < 0) return 0;
  return static_cast<std::uint32_t>(found.st_ino);
}

}  // namespace netstat
