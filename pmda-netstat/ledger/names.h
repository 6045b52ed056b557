// Names of rows, made once, when a row is.
#pragma once

#include <cstdint>
#include <string>

#include "bpf/record.h"

namespace netstat {

/// "001234 command"; what is not printable in the command becomes '?'.
std::string process_name(const netstat_process& process);
/// "001234/tcp/10.0.0.1:5000-10.0.0.2:80/INODE".
std::string connection_name(const netstat_process& process,
                            const netstat_socket& socket);
/// "001234/10.0.0.2".
std::string peer_name(const netstat_process& process,
                      const std::uint8_t (&addr)[16]);

}  // namespace netstat
